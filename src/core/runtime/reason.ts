/**
 * Why an action is wanted, as data: one kind a cause. `output/reasons` alone gives it words, and nothing reads those again.
 */
import type { EndCause } from '../../controllers/decision.ts';
import type { ImagePullPolicy } from '../../model/container.ts';

export type Reason = DefinitionReason | PodReason | VolumeReason | ImageReason | EndReason | PlainReason;

/** A field by its keys, say `containers`, `app`, `env`, `PORT`: a key may hold a dot. */
export type FieldPath = readonly string[];

/** A field of the file that is another than the one in use; unset: it was, or is, not there. */
export interface FieldReason {
  readonly kind: 'field';
  readonly path: FieldPath;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** What a container is made from is another by now. */
export type DefinitionReason =
  | FieldReason
  | { readonly kind: 'imageBuilt'; readonly container: string; readonly from: string; readonly to: string }
  | { readonly kind: 'limitRemoved'; readonly container: string; readonly resource: 'cpu' | 'memory' }
  | { readonly kind: 'variableSource'; readonly container: string; readonly variable: string }
  | FilesReason;

/** Files that its `onChange` rules name were edited. */
export interface FilesReason {
  readonly kind: 'files';
  readonly container: string;
  /** The first of them, from the project's folder. */
  readonly file: string;
  readonly what: FileChange;
  /** How many there are beside it. */
  readonly more: number;
}

export type FileChange = 'changed' | 'is new' | 'was deleted';

export type PodReason =
  /** The record of an object that is no Pod, say `Deployment web`. */
  | { readonly kind: 'objectRecord'; readonly object: string }
  | { readonly kind: 'generation'; readonly from: number; readonly to: number }
  | { readonly kind: 'folder'; readonly from: string; readonly to: string }
  | { readonly kind: 'condition'; readonly type: string; readonly from?: string; readonly to: string }
  | { readonly kind: 'qosClass'; readonly from: string; readonly to: string }
  /** By a command; of these containers, or not told of which. */
  | { readonly kind: 'restartAsked'; readonly containers?: readonly string[] }
  | { readonly kind: 'surplus'; readonly bound: number }
  /** Its controller deletes it. `workload` is say `Deployment web`. */
  | { readonly kind: 'workload'; readonly workload: string; readonly cause: EndCause }
  | { readonly kind: 'jobReplaced'; readonly by: string }
  | { readonly kind: 'historyLimit'; readonly field: string; readonly limit: number };

export type VolumeReason =
  | { readonly kind: 'claim' | 'unfilled' | 'newVolume' | 'content'; readonly volume: string }
  | {
      readonly kind: 'contentFile';
      readonly volume: string;
      readonly file: string;
      readonly what: 'added' | 'removed' | 'changed';
    }
  | { readonly kind: 'hostPath'; readonly volume: string; readonly path: string }
  | { readonly kind: 'fsGroup'; readonly gid: number };

export type ImageReason =
  /** `path` and `policyField` are the fields that say so. */
  | {
      readonly kind: 'imagePolicy';
      readonly path: string;
      readonly image: string;
      readonly policyField: string;
      readonly policy: ImagePullPolicy;
    }
  | { readonly kind: 'imageVolume'; readonly volume: string; readonly image: string }
  | { readonly kind: 'build' | 'buildForced' | 'buildDiffers'; readonly container: string };

export type EndReason =
  | { readonly kind: 'probeFailed'; readonly container: string; readonly probe: 'liveness' | 'startup' }
  | { readonly kind: 'exited'; readonly exitCode: number }
  /** The engine's own words. */
  | { readonly kind: 'startFailed'; readonly error: string }
  | { readonly kind: 'graceOver'; readonly graceMs: number }
  | { readonly kind: 'deadline'; readonly seconds: number }
  /** Kubernetes' message of it, as the status has it. */
  | { readonly kind: 'evicted'; readonly message: string };

/** Nothing more is to be known of it. */
export interface PlainReason {
  readonly kind: PlainKind;
}

export type PlainKind = LostKind | PodKind | ContainerKind | HoldKind | GatewayKind | ProjectKind;

/** What became of a sandbox that is lost. */
export type LostKind = 'infraEnded' | 'infraCutOff' | 'infraRestarted';

type PodKind =
  | 'newPod'
  | 'infraGone'
  | 'noInfra'
  | 'infraHoldsPod'
  | 'infraImage'
  | 'laterSandbox'
  | 'newVolumes'
  | 'otherFilled'
  | 'sizeLimit'
  | 'newerRecord'
  | 'objectGone'
  | 'allEnded'
  | 'lastEnded'
  | 'finished'
  | 'deletionUnderWay'
  | 'deletionAsked'
  | 'notInFile'
  | 'olderLife'
  | 'heldDown'
  | 'onlyVolumes';

type ContainerKind =
  | 'absent'
  | 'made'
  | 'paused'
  | 'resources'
  | 'unnamedContainer'
  | 'earlierSandbox'
  | 'madeForEarlierSandbox'
  | 'sandboxChanged'
  | 'lowScoresFail'
  | 'hookFailed'
  | 'beingEnded'
  | 'askedToEnd'
  | 'unansweredStart'
  | 'laterEnded'
  | 'laterInstance'
  | 'otherSynced'
  | 'unknownContent'
  | 'newContainer';

/** Why something is held down, or no longer. */
type HoldKind = 'downAsked' | 'upAsked' | 'edited';

/** Of what serves Services. */
type GatewayKind = 'gateway' | 'gatewayImage' | 'gatewayEnded' | 'gatewayFailed' | 'gatewayCutOff';

type ProjectKind = 'podsNetwork' | 'otherNetwork' | 'noPodLeft' | 'volumesAsked' | 'helperLeft' | 'projectDown';

/** A cause of which nothing more is to be known. */
export const reason = (kind: PlainKind): readonly Reason[] => [{ kind }];

/** The container's own definition is the cause. */
export function isDefinition(cause: Reason): cause is DefinitionReason {
  switch (cause.kind) {
    case 'field':
      return cause.path[0] === 'containers' || cause.path[0] === 'initContainers';
    case 'imageBuilt':
    case 'limitRemoved':
    case 'variableSource':
    case 'files':
      return true;
    default:
      return false;
  }
}
