import { templateHash } from '../../model/made-name.ts';
import type { MadePod } from '../../model/made-pod.ts';
import { revisionLabel } from '../../model/workload.ts';
import type { Controller } from './pod-template.ts';
import { podCount } from './pod-template.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf, listOf, textOf, whereSet, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import type { PodSpec } from '../../model/pod.ts';
import type { Volume } from '../../model/volume.ts';

/** The Pods of a StatefulSet: each with its number, its name as the host's, and claims of its own. */
export function statefulPods(set: Controller, template: PodSpec, report: Report): readonly MadePod[] {
  const { name, spec } = set;
  const start = Math.max(0, integerOf(fieldsOf(spec['ordinals'])['start']) ?? 0);
  const claims = new Set(claimNames(spec));
  const subdomain = wordOf(spec['serviceName']);
  return Array.from({ length: podCount('replicas', set, report) }, (_, index) => {
    const ordinal = String(start + index);
    const podName = `${name}-${ordinal}`;
    const own = (volume: Volume): Volume =>
      claims.has(volume.name) ? claimOf(volume.name, `${volume.name}-${podName}`) : volume;
    return {
      name: podName,
      owner: { apiVersion: 'apps/v1', kind: 'StatefulSet', name },
      labels: {
        'statefulset.kubernetes.io/pod-name': podName,
        'apps.kubernetes.io/pod-index': ordinal,
        [revisionLabel.StatefulSet]: statefulRevision(set),
      },
      spec: { ...template, ...whereSet({ subdomain }), hostname: podName, volumes: template.volumes.map(own) },
    };
  });
}

/** The name of a StatefulSet's ControllerRevision (pkg/controller/history ControllerRevisionName). */
export const statefulRevision = ({ name, spec }: Pick<Controller, 'name' | 'spec'>): string =>
  `${name}-${templateHash(spec['template'])}`;

/** A template's spec with a volume for each claim template; it takes the place of one of the same name. */
export function withClaims(podSpec: Fields, spec: Fields): Fields {
  const names = claimNames(spec);
  if (names.length === 0) return podSpec;
  const nameOf = (volume: unknown): string => textOf(fieldsOf(volume)['name']) ?? '';
  const given = listOf(podSpec['volumes']);
  const kept = given.map((volume) => (names.includes(nameOf(volume)) ? claimOf(nameOf(volume), '') : volume));
  const added = names.filter((name) => !given.some((volume) => nameOf(volume) === name));
  return { ...podSpec, volumes: [...kept, ...added.map((name) => claimOf(name, ''))] };
}

function claimNames(spec: Fields): readonly string[] {
  return listOf(spec['volumeClaimTemplates']).flatMap((claim) => {
    const name = wordOf(fieldsOf(fieldsOf(claim)['metadata'])['name']);
    return name === undefined ? [] : [name];
  });
}

function claimOf(name: string, claimName: string): Volume {
  return { name, persistentVolumeClaim: { claimName, readOnly: false } };
}
