import type { ReadContainer, Role } from '../container/container.ts';
import type { Sited } from '../yaml/cursor.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { parseJson } from '../yaml/json.ts';
import type { OnChange } from '../../model/on-change.ts';
import { readOnChange } from '../container/on-change.ts';
import { isFields, listOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, show } from '../yaml/report.ts';
import { checkStructure } from '../schema/structure.ts';
import type { Volume } from '../../model/volume.ts';

export type Rules = ReadonlyMap<string, readonly Sited<OnChange>[]>;

/** The rules that an annotation gives containers by name, in JSON. */
export function readOnChanges(
  annotation: string | undefined,
  containers: readonly string[],
  at: Cursor,
  home: string | undefined,
  report: Report,
): Rules {
  const rules = new Map<string, readonly Sited<OnChange>[]>();
  if (annotation === undefined) return rules;
  const value = parseJson(annotation);
  if (!isFields(value)) {
    const hint = 'for example {"app": [{"paths": ["src"], "action": "restart"}]}';
    report(at, invalid(annotation, 'must be a map of lists of rules by container, in JSON'), { hint });
    return rules;
  }
  for (const [name, written] of Object.entries(value)) {
    if (!containers.includes(name)) report(at, `Not found: ${show(name)}: the Pod has no container of that name`);
    const here = below(at, name);
    if (!Array.isArray(written)) report(here, 'Invalid value: must be a list of rules');
    listOf(written).forEach((rule, index) => checkStructure('OnChange', rule, below(here, index), report));
    rules.set(name, readOnChange(written, here, home, report));
  }
  return rules;
}

/**
 * The container with its rules: its own, else those of the annotation. Whether it can follow them is checked.
 * @param at where the annotation stands
 */
export function withOnChange(
  read: ReadContainer,
  role: Role,
  annotated: Rules,
  at: Cursor,
  report: Report,
): ReadContainer {
  const { container, rules: own } = read;
  const rules = own.length > 0 ? own : (annotated.get(container.name) ?? []);
  if (rules.length === 0) return read;
  // Of its own the schema has told.
  if (role === 'init' && container.restartPolicy !== 'Always' && own.length === 0)
    report(below(at, container.name), 'Forbidden: may not be set for init containers without restartPolicy=Always');
  for (const { value, at } of rules)
    if (value.action === 'rebuild' && container.build === undefined)
      report(below(at, 'action'), invalid(value.action, 'the container has no build'), {
        hint: 'give it build:, or write restart',
      });
  return { ...read, rules, container: { ...container, onChange: rules.map(({ value }) => value) } };
}

/** Reports what is to be synced into a folder of the machine that is mounted there: an edit is there at once. */
export function checkSyncTargets(
  containers: readonly ReadContainer[],
  volumes: readonly Volume[],
  report: Report,
): void {
  const isHost = (name: string): boolean =>
    volumes.some((volume) => volume.name === name && volume.hostPath !== undefined);
  for (const { container, rules } of containers)
    for (const { value, at } of rules) {
      const { target } = value;
      const mount = container.volumeMounts.find(
        ({ name, mountPath }) => target !== undefined && `${target}/`.startsWith(`${mountPath}/`) && isHost(name),
      );
      if (mount !== undefined)
        report(below(at, 'target'), invalid(target, `a folder of the machine is mounted at ${mount.mountPath}`), {
          hint: 'what is mounted needs no sync: remove the rule, or the mount',
        });
    }
}
