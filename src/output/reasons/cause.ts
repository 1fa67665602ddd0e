/** The words of every reason: `diff`, events, reports and JSON all have them from here. */
import type { EndCause } from '../../controllers/decision.ts';
import type { FieldPath, PlainKind, Reason } from '../../core/runtime/reason.ts';
import { goDuration } from '../../core/runtime/time.ts';
import { canonicalJson } from '../../model/fingerprint.ts';

/** A reason in words: a field with its values, a sentence, or a field with a sentence. */
export interface Cause {
  /** Say `containers.app.env.PORT`; '' where no field is the cause. */
  readonly path: string;
  readonly from?: string;
  readonly to?: string;
  /** A sentence without a full stop. */
  readonly text?: string;
}

export function causeOf(reason: Reason): Cause {
  switch (reason.kind) {
    case 'field':
      return { path: reason.path.join('.'), ...valuesOf(reason) };
    case 'generation':
      return { path: 'metadata.generation', ...valuesOf(reason) };
    case 'folder':
    case 'qosClass':
      return { path: reason.kind, ...valuesOf(reason) };
    case 'condition':
      return { path: `status.conditions.${reason.type}`, ...valuesOf(reason) };
    case 'imageBuilt':
      return { path: ofContainer(reason, 'build'), from: shortId(reason.from), to: shortId(reason.to) };
    case 'build':
      return { path: ofContainer(reason, 'build') };
    case 'buildForced':
      return { path: ofContainer(reason, 'build'), text: '--build was given' };
    case 'buildDiffers':
      return { path: ofContainer(reason, 'build'), text: 'the engine has no image of what its context holds' };
    case 'limitRemoved':
      return { path: ofContainer(reason, 'resources', 'limits', reason.resource), text: 'the limit is taken away' };
    case 'variableSource':
      return { path: ofContainer(reason, 'env', reason.variable), text: 'its source changed' };
    case 'files': {
      const more = reason.more === 0 ? '' : `, and ${reason.more} more`;
      return { path: ofContainer(reason, 'onChange'), text: `${reason.file} ${reason.what}${more}` };
    }
    case 'imagePolicy': {
      const { path, image, policyField, policy } = reason;
      return { path, to: image, text: `${policyField} is ${policy}` };
    }
    case 'imageVolume':
      return { path: ofVolume(reason, 'image'), to: reason.image };
    case 'claim':
    case 'unfilled':
      return { path: ofVolume(reason) };
    case 'newVolume':
      return { path: ofVolume(reason), text: plainWords.newPod };
    case 'content':
      return { path: ofVolume(reason), text: 'its content changed' };
    case 'contentFile':
      return { path: ofVolume(reason, reason.file), text: reason.what };
    case 'hostPath':
      return { path: ofVolume(reason, 'hostPath'), to: reason.path };
    case 'fsGroup':
      return { path: 'securityContext.fsGroup', to: String(reason.gid) };
    case 'restartAsked':
      return sentence(`a restart ${ofContainers(reason.containers)}was asked for`);
    case 'objectRecord':
      return sentence(`${reason.object} is recorded`);
    case 'surplus':
      return sentence(`more than ${reason.bound} finished Pods that no file names`);
    case 'workload':
      return sentence(workloadWords[reason.cause](reason.workload));
    case 'jobReplaced':
      return sentence(`Job ${reason.by} replaces its Job`);
    case 'historyLimit':
      return sentence(`${reason.field} is ${reason.limit}`);
    case 'probeFailed':
      return sentence(`Container ${reason.container} failed ${reason.probe} probe, will be restarted`);
    case 'exited':
      return sentence(`it ended with exit code ${reason.exitCode}`);
    case 'startFailed':
      return sentence(`its start failed: ${reason.error}`);
    case 'graceOver':
      return sentence(`its grace of ${goDuration(reason.graceMs)} is over`);
    case 'deadline':
      return sentence(`activeDeadlineSeconds is ${reason.seconds}`);
    case 'evicted':
      return sentence(reason.message.trim());
    default:
      return sentence(plainWords[reason.kind]);
  }
}

const plainWords: Readonly<Record<PlainKind, string>> = {
  infraEnded: 'the infra container has ended',
  infraCutOff: 'the infra container is cut off from the network',
  infraRestarted: 'the infra container was restarted by hand',
  infraGone: 'the infra container is gone',
  noInfra: 'its infra container is gone',
  infraHoldsPod: 'the infra container holds the Pod',
  infraImage: 'the image of every infra container',
  newPod: 'the Pod is new',
  laterSandbox: 'a later sandbox is there',
  newVolumes: 'the volumes are new',
  otherFilled: 'another podrun filled them',
  sizeLimit: 'an emptyDir has a sizeLimit',
  newerRecord: 'a newer record is there',
  objectGone: 'the object is gone',
  allEnded: 'all its containers have ended',
  lastEnded: 'the last ones have ended',
  finished: 'the Pod is finished',
  deletionUnderWay: 'its deletion is under way',
  deletionAsked: 'its deletion was asked for',
  notInFile: 'the file does not name it',
  olderLife: 'an older life of the Pod is there',
  heldDown: 'podrun down holds it down',
  downAsked: 'podrun down asks for it',
  upAsked: 'podrun up asks for it',
  edited: 'it was edited',
  onlyVolumes: 'nothing but volumes is left of it',
  absent: 'it is not there',
  made: 'it is made',
  paused: 'it is paused',
  resources: 'its requests and limits changed',
  unnamedContainer: 'the Pod has no container of that name',
  earlierSandbox: 'it runs in an earlier sandbox',
  madeForEarlierSandbox: 'it was made for an earlier sandbox',
  sandboxChanged: 'the Pod’s sandbox changed',
  lowScoresFail: 'the engine may not lower oom_score_adj here',
  hookFailed: 'its postStart hook failed',
  beingEnded: 'podrun was ending it',
  askedToEnd: 'it was asked to end',
  unansweredStart: 'a start of it was not answered, and may come yet',
  laterEnded: 'a later instance has ended',
  laterInstance: 'a later instance is there',
  otherSynced: 'another podrun synced them',
  unknownContent: 'what it holds is not known',
  newContainer: 'the container is new',
  gateway: 'it serves the Services',
  gatewayImage: 'the image of what serves the Services',
  gatewayEnded: 'what serves the Services has ended',
  gatewayFailed: 'it cannot be started',
  gatewayCutOff: 'it is not on the Pods’ network',
  podsNetwork: 'the Pods’ network',
  otherNetwork: 'another network of that name is there',
  noPodLeft: 'no Pod is left on it',
  volumesAsked: '--volumes was given',
  helperLeft: 'its podrun died',
  projectDown: 'the project is taken down',
};

const workloadWords: Readonly<Record<EndCause, (workload: string) => string>> = {
  updated: (workload) => `the template of ${workload} changed`,
  unhealthy: (workload) => `the template of ${workload} changed, and it was not available`,
  scaledDown: (workload) => `${workload} is scaled down`,
  failed: (workload) => `it has ended, and ${workload} makes it anew`,
  spare: (workload) => `${workload} runs one Pod`,
  suspended: (workload) => `${workload} is suspended`,
  jobFailed: (workload) => `${workload} has failed`,
  jobComplete: (workload) => `${workload} is complete`,
  expired: (workload) => `ttlSecondsAfterFinished of ${workload} are over`,
  edited: (workload) => `what a cluster would not let you edit of ${workload} changed: it begins anew`,
};

const sentence = (text: string): Cause => ({ path: '', text });

const pathText = (...path: FieldPath): string => path.join('.');

const ofContainer = ({ container }: { readonly container: string }, ...field: FieldPath): string =>
  pathText('containers', container, ...field);

const ofVolume = ({ volume }: { readonly volume: string }, ...field: FieldPath): string =>
  pathText('volumes', volume, ...field);

const ofContainers = (names: readonly string[] | undefined): string =>
  names === undefined ? '' : `of ${names.join(', ')} `;

/** Enough of an image's id to tell two apart. */
const shortId = (id: string): string => id.slice(0, 8);

function valuesOf({ from, to }: { readonly from?: unknown; readonly to?: unknown }): Pick<Cause, 'from' | 'to'> {
  return {
    ...(from === undefined ? {} : { from: valueText(from) }),
    ...(to === undefined ? {} : { to: valueText(to) }),
  };
}

const valueText = (value: unknown): string => (typeof value === 'string' ? value : canonicalJson(value));
