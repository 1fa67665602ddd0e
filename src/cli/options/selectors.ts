/** What of all Pods `-l` and `--field-selector` leave. */
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { parsePodFields } from '../../core/naming/field-selector.ts';
import { parseLabelSelector } from '../../core/naming/label-selector.ts';
import type { LabelTest } from '../../core/naming/label-selector.ts';
import { CommandError, exitCode } from '../exit-code.ts';

export interface Selectors {
  readonly selector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** For yargs. */
export const labelOption = {
  selector: {
    alias: 'l',
    type: 'string',
    requiresArg: true,
    describe: 'Pods with these labels: app=web,tier!=db, "tier in (a, b)", app, !app',
  },
} as const;
export const selectorOptions = {
  ...labelOption,
  'field-selector': {
    type: 'string',
    requiresArg: true,
    describe: 'Pods with these fields: status.phase!=Running,metadata.name=web',
  },
} as const;

/** What kubectl says of both in one. */
export const namesAndSelector = 'name cannot be provided when a selector is specified';

/** The option that selects; undefined where neither is given. */
export function selectedBy({ selector, fieldSelector }: Selectors): string | undefined {
  return selector !== undefined ? '--selector' : fieldSelector !== undefined ? '--field-selector' : undefined;
}

/** Undefined where nothing is selected by. Throws with exit code 2 where a selector is wrong. */
export function podTest({ selector, fieldSelector }: Selectors): ((pod: KubernetesPod) => boolean) | undefined {
  if (selectedBy({ selector, fieldSelector }) === undefined) return undefined;
  const hasLabels = labelTest(selector);
  const hasFields = readable(parsePodFields(fieldSelector ?? ''));
  return (pod) => hasLabels(pod.metadata?.labels ?? {}) && hasFields(pod);
}

/** The same for an object of any kind: of those without Pods only the name and the namespace are fields to select by. */
export function objectTest({ selector, fieldSelector }: Selectors): ((object: Shown) => boolean) | undefined {
  if (selectedBy({ selector, fieldSelector }) === undefined) return undefined;
  const hasLabels = labelTest(selector);
  const hasFields = readable(parsePodFields(fieldSelector ?? ''));
  const wrong = /(?:^|,)(?!metadata\.)([\w.]+)/.exec(fieldSelector ?? '')?.[1];
  return (object) => {
    if (wrong !== undefined && object.kind !== 'Pod')
      throw new CommandError(exitCode.usage, `field label not supported: ${wrong}`);
    return hasLabels(object.metadata.labels ?? {}) && hasFields(object as KubernetesPod);
  };
}

interface Shown {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** Throws with exit code 2 where the selector is wrong. */
export const labelTest = (selector = ''): LabelTest => readable(parseLabelSelector(selector));

function readable<T>(parsed: T | string): T {
  if (typeof parsed === 'string') throw new CommandError(exitCode.usage, parsed);
  return parsed;
}
