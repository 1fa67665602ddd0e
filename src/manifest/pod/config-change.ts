import { ON_CONFIG_CHANGE } from '../../model/annotations.ts';
import type { Cursor } from '../yaml/cursor.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import type { Container } from '../../model/container.ts';
import type { PodSpec } from '../../model/pod.ts';
import type { Volume } from '../../model/volume.ts';

/**
 * The annotations with the short form's own default: there an edit is meant to be seen, so what takes from a ConfigMap
 * or Secret restarts. In Kubernetes' dialect it does as in a cluster.
 * @param at where the annotations stand
 */
export function withOnConfigChange(
  annotations: Readonly<Record<string, string>>,
  spec: PodSpec,
  isShort: boolean,
  at: Cursor,
  report: Report,
): Readonly<Record<string, string>> {
  const given = annotations[ON_CONFIG_CHANGE];
  if (given === undefined)
    return isShort && takes(spec) ? { ...annotations, [ON_CONFIG_CHANGE]: 'restart' } : annotations;
  if (!/^(ignore|restart|signal:(SIG)?[A-Z][A-Z0-9+-]*)$/.test(given)) {
    const place = { doc: at.doc, path: [...at.path, ON_CONFIG_CHANGE] };
    report(place, invalid(given, 'must be ignore, restart or signal:NAME'), { hint: 'for example signal:HUP' });
  }
  return annotations;
}

const takes = ({ volumes, initContainers, containers }: PodSpec): boolean =>
  volumes.some(hasSource) || [...initContainers, ...containers].some(hasReference);

const hasSource = ({ configMap, secret, projected }: Volume): boolean =>
  configMap !== undefined || secret !== undefined || projected !== undefined;

const hasReference = ({ env, envFrom = [] }: Container): boolean =>
  envFrom.length > 0 ||
  env.some(({ valueFrom }) => (valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef) !== undefined);
