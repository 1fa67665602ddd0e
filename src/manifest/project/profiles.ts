/** Which Pods run: those without profiles always, the others when one of theirs is selected. */
import type { ReadPod } from '../pod/pod.ts';
import { suggest } from '../schema/suggest.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';

/** What is selected where nobody says. */
const DEFAULT_PROFILE = 'default';

export interface Selection {
  /** `*` selects all. */
  readonly profiles: readonly string[];
  /** Pods that the command line names: they run whatever their profiles are. */
  readonly named: readonly string[];
}

/** The Pods that are to run. */
export function selectPods(
  pods: readonly ReadPod[],
  { profiles, named }: Selection,
  into: Diagnostic[],
): readonly ReadPod[] {
  const known = new Set(pods.flatMap((each) => each.profiles));
  if (known.size === 0 && profiles.length === 0) return pods;
  for (const profile of profiles) if (profile !== '*' && !known.has(profile)) into.push(unknown(profile, [...known]));
  const selected = new Set(profiles.length === 0 ? [DEFAULT_PROFILE] : profiles);
  return pods.filter(
    ({ pod, profiles: own }) =>
      own.length === 0 ||
      selected.has('*') ||
      own.some((profile) => selected.has(profile)) ||
      named.includes(pod.metadata.name),
  );
}

function unknown(profile: string, known: readonly string[]): Diagnostic {
  const near = suggest(profile, known);
  const hint = near === undefined ? {} : { hint: `did you mean ${near}?` };
  const place = { file: '', line: 1, col: 1, width: 1, path: '' };
  return { severity: 'warning', ...place, message: `--profile: no Pod has the profile ${profile}`, ...hint };
}

/** What is wrong when there are Pods and none of them is selected. */
export function noneSelected(pods: readonly ReadPod[], file: string): Diagnostic {
  const profiles = [...new Set(pods.flatMap((each) => each.profiles))];
  return {
    ...{ severity: 'error', file, line: 1, col: 1, width: 1, path: '' },
    message: `no Pod is selected: each has profiles (${profiles.join(', ')})`,
    hint: `select one with --profile ${profiles[0] ?? ''}`,
  };
}
