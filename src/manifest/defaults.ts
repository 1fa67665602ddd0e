import type { CronTimes } from '../model/job.ts';
import type { DnsPolicy } from '../model/pod.ts';
import type { HttpGetAction, Probe } from '../model/probe.ts';
import type { ImagePullPolicy, RestartPolicy } from '../model/container.ts';

/** Kubernetes' defaults (pkg/apis/core/v1/defaults.go), and the few of podrun's own, each with its reason. */
export const NAMESPACE = 'default';
export const RESTART_POLICY: RestartPolicy = 'Always';
export const TERMINATION_GRACE_PERIOD_SECONDS = 30;
export const PROTOCOL = 'TCP';
export const DNS_POLICY: DnsPolicy = 'ClusterFirst';
export const SERVICE_ACCOUNT = 'default';
export const TERMINATION_MESSAGE_PATH = '/dev/termination-log';
export const FILE_MODE = 0o644;
export const SECRET_TYPE = 'Opaque';
export const HTTP_PATH = '/';
export const GRPC_SERVICE = '';
/** How many Pods of a Job may fail (pkg/apis/batch/v1/defaults.go). */
export const BACKOFF_LIMIT = 6;
export const CONCURRENCY_POLICY: CronTimes['concurrencyPolicy'] = 'Allow';
export const SUCCESSFUL_JOBS_HISTORY_LIMIT = 3;
export const FAILED_JOBS_HISTORY_LIMIT = 1;
export const HTTP_SCHEME: HttpGetAction['scheme'] = 'HTTP';

/** Ours: Kubernetes publishes on every address; on a developer's machine a port is for that machine unless told. */
export const HOST_IP = '127.0.0.1';

/** A container on the machine's network listens where it likes. */
export const HOST_NETWORK_IP = '0.0.0.0';

/** Ours: the short form runs images that were just built, which no registry has. */
export const SHORT_FORM_PULL_POLICY: ImagePullPolicy = 'IfNotPresent';

export const PROBE = {
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
} as const satisfies Partial<Probe>;

/** Always for `:latest`, and for no tag and no digest; else IfNotPresent. */
export function pullPolicyOf(image: string): ImagePullPolicy {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^:/]*)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}
