/** What podrun does, in a line with its causes. */
import { isOnlyNumber } from '../../core/pod/generation.ts';
import type { EngineAction } from '../../core/runtime/action.ts';
import { kindOf, recordOf } from '../../core/runtime/labels.ts';
import { podLabel } from '../../core/runtime/pod-ref.ts';
import type { Planned } from '../../core/state/planned.ts';
import { actionText, heldIn, syncedText } from '../../output/plan/action-text.ts';
import { causeOf } from '../../output/reasons/cause.ts';
import { causeText } from '../../output/reasons/causes-text.ts';
import type { Note } from '../../output/terminal/progress.ts';

const looks: ReadonlySet<EngineAction['verb']> = new Set(['inspectImage', 'inspectBuild', 'readSynced']);

/** It changes nothing. */
export const isLook = ({ verb }: EngineAction): boolean => looks.has(verb);

/** A line for an action that the user would want to know of, with its causes; undefined for book-keeping. */
export function newsOf(planned: Planned): Note | undefined {
  const { action, pod, because } = planned;
  const causes = because.length === 0 ? '' : `: ${because.map((each) => causeText(causeOf(each))).join('; ')}`;
  const news = (text: string): Note => ({
    level: 'normal',
    about: pod === undefined ? 'podrun' : podLabel(pod),
    text: `${text}${causes}`,
  });
  switch (action.verb) {
    case 'createContainer':
    case 'killContainer':
    case 'unpauseContainer':
    case 'updateContainer':
    case 'fillVolumes':
    case 'pullImage':
    case 'buildImage':
      return news(actionText(planned));
    case 'createVolume': {
      const record = recordOf(action.labels);
      if (['own', 'hold', 'object'].includes(kindOf(action.labels) ?? '')) return undefined;
      if (record === undefined) return news(actionText(planned));
      if (record.deletion !== undefined) return news('deleting the Pod');
      // A container's edit is told with the container.
      if (isOnlyNumber(because)) return undefined;
      return news(record.end !== undefined ? `finished, ${record.end.phase}` : 'updating in place');
    }
    case 'removeVolume':
      return heldIn(planned) === undefined ? undefined : news(`${heldIn(planned)} is no longer held down`);
    // The rest is book-keeping, or told when it is done.
    default:
      return undefined;
  }
}

/** What was synced, told when it is done; undefined for another action. */
export function syncedNews({ action, pod, container = '', because }: Planned): Note | undefined {
  if (action.verb !== 'syncFiles') return undefined;
  const about = pod === undefined ? container : `${podLabel(pod)}/${container}`;
  const causes = because.map((each) => causeOf(each).text ?? '').join('; ');
  return { level: 'normal', about, text: `synced ${syncedText(action)}: ${causes}` };
}
