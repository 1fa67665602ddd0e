/** What another podrun asks of the one that supervises about Pods and controllers by name: `down POD`, `up POD`. */
import { heldUnits } from '../../core/admission/hold.ts';
import { nameablesOf, namedUnits } from '../../core/admission/named-units.ts';
import { unitLabel } from '../../core/runtime/hold.ts';
import type { Input } from '../../core/state/input.ts';
import type { State } from '../../core/state/state.ts';
import type { Answer, Request } from '../../state/control.ts';
import type { ProjectWatch } from '../reload.ts';
import { mergeDown } from './merge-down.ts';

type Told = Pick<Answer, 'problem' | 'named'>;

/** What is done with it. */
interface Effects {
  readonly feed: (input: Input) => void;
  /** Names what is held down, or no longer. */
  readonly tell: (names: readonly string[]) => void;
}

/** Holds them down. A podrun that itself only takes down takes these down as well. */
export function holdDown(
  state: State,
  { names, graceSeconds }: Extract<Request, { op: 'hold' }>,
  { feed, tell }: Effects,
): Told {
  const { project } = state.self;
  const { units, pods, parts, missing } = namedUnits(names, nameablesOf(state));
  const grace = graceSeconds === undefined ? {} : { graceSeconds };
  if (missing.length > 0) return { problem: notThere(missing, project) };
  if (state.intent.kind === 'down') {
    const intent = { kind: 'down', only: pods, volumes: false, kill: false, ...grace } as const;
    feed({ kind: 'intent', intent: mergeDown(state.intent, intent) });
    return { named: pods };
  }
  const [part] = parts;
  if (part !== undefined) {
    const [, kind] = part.unit.split('/');
    const whole = unitLabel(part.unit);
    return {
      problem: `${part.name} is one Pod of ${kind} ${whole}, which makes it anew; down ${whole} holds all of its Pods down`,
    };
  }
  tell(names);
  feed({ kind: 'hold', units, ...grace });
  return { named: pods };
}

/**
 * Brings them back. `also` has this podrun look after what it left to others; unset: it follows no file.
 */
export function bringBack(
  state: State,
  { names, pods: podNames }: Extract<Request, { op: 'release' }>,
  { feed, tell, also }: Effects & { readonly also: ProjectWatch['also'] | undefined },
): Told {
  const { project } = state.self;
  if (state.intent.kind === 'down') return { problem: `project ${project} is being taken down` };
  const apart = new Set(state.project?.apart);
  const own = nameablesOf(state).filter(({ pod }) => pod === undefined || !apart.has(pod));
  const { units, pods, missing } = namedUnits(names, own);
  if (missing.length > 0 && also === undefined)
    return {
      problem: `the podrun that supervises project ${project} does not look after ${missing.join(', ')}, and follows no file (--no-watch)`,
    };
  const held = new Set(heldUnits(state));
  const back = units.map(unitLabel).filter((each) => held.has(each));
  if (back.length > 0) tell(back);
  feed({ kind: 'release', units });
  if (missing.length > 0) also?.(missing, podNames);
  return { named: pods };
}

const notThere = (names: readonly string[], project: string): string =>
  names.map((name) => `there is no Pod ${name} in project ${project}`).join('\npodrun: ');
