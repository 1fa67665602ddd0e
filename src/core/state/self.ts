/** Who supervises, and to what end. */
import type { Supervisor } from '../runtime/labels.ts';
import type { Admission } from '../admission/schedule.ts';

/** Who this supervisor is and where; fixed for its life. */
export interface Self extends Supervisor, Admission {
  readonly project: string;
  /** The folder the project comes from; '' for one that only takes down what was named without a file: whoever's it is. */
  readonly dir: string;
  readonly infraImage: string;
  /** What serves Services: the image, and the path of the program on podrun's machine; unset: nothing does. */
  readonly gateway?: { readonly image: string; readonly program: string };
  /** What it makes is removed once this process is seen to be dead: the text of the lease label. */
  readonly lease?: string;
  /** Take the project over from another folder. */
  readonly takeOver: boolean;
  readonly removeOrphans: boolean;
  /** That of CronJobs that name none: kube-controller-manager's own. */
  readonly timeZone: string;
  /** Every image with a build is built once, whatever is there. */
  readonly rebuild?: true;
  /** Edits of files are followed, also those of what a failed build was made from. */
  readonly followsEdits?: true;
  /** How many finished Pods that no file names may stay (kube-controller-manager's terminated-pod-gc-threshold). */
  readonly finishedBound: number;
  /** How many engine calls may be in flight, and how many pulls beside them. */
  readonly limits: { readonly calls: number; readonly pulls: number };
}

/** What the supervisor is for now. Taking down never turns back into keeping up. */
export type Intent =
  | { readonly kind: 'up' }
  | {
      readonly kind: 'down';
      /** Overrides every Pod's own grace. */
      readonly graceSeconds?: number;
      /** Persistent volumes go as well. */
      readonly volumes: boolean;
      /** A second Ctrl-C: kill at once. */
      readonly kill: boolean;
      /** These Pods alone, by key; unset: all. */
      readonly only?: readonly string[];
      /** Pods that are {@link Project.apart} stay. */
      readonly ownOnly?: boolean;
    };
