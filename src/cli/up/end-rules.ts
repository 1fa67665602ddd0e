/** What ends an `up` before its Pods have all ended: `--abort-on-failure` and `--exit-code-from`. */
import type { ContainerStatus, Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import type { JobOutcome } from '../../core/jobs/ends.ts';
import type { Project } from '../../model/project.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { failedFor } from '../../run/asked/hopeless.ts';

/** Everything is to go down, and `up` to end with that code. */
export interface RuledEnd {
  readonly code: number;
  readonly why: string;
}

export type EndRule = (pods: readonly KubernetesPod[], jobs: readonly JobOutcome[]) => RuledEnd | undefined;

export interface EndOptions {
  readonly abortOnFailure: boolean;
  /** `POD[/CONTAINER]`. */
  readonly exitCodeFrom?: string | undefined;
}

/** Undefined where nothing ends it so. Throws with exit code 2 where the file has no such container, or it never ends. */
export function endRule({ abortOnFailure, exitCodeFrom }: EndOptions, project: Project): EndRule | undefined {
  const rules = [
    ...(exitCodeFrom === undefined ? [] : [codeRule(exitCodeFrom, project)]),
    ...(abortOnFailure ? [failureRule] : []),
  ];
  if (rules.length === 0) return undefined;
  return (pods, jobs) => rules.map((rule) => rule(pods, jobs)).find((end) => end !== undefined);
}

const failureRule: EndRule = (pods, jobs) => {
  const ofPods = pods.map((pod) => ({ what: `pods/${pod.metadata?.name ?? ''}`, why: failedFor(pod, pods) }));
  const ofJobs = jobs.map(({ name, why }) => ({ what: `jobs/${name}`, why }));
  const first = [...ofPods, ...ofJobs].find(({ why }) => why !== undefined);
  return first && { code: exitCode.failed, why: `${first.what}: ${first.why}` };
};

function codeRule(word: string, project: Project): EndRule {
  const [name = '', container] = word.replace(/^pods?\//, '').split('/');
  const pod = project.pods.find(({ metadata }) => metadata.name === name);
  const refuse = (text: string) => new CommandError(exitCode.usage, `--exit-code-from ${word}: ${text}`);
  if (pod === undefined) throw refuse(`the file has no Pod ${name}`);
  const { containers, restartPolicy } = pod.spec;
  if (container !== undefined && !containers.some((each) => each.name === container))
    throw refuse(`Pod ${name} has no container ${container}; it has ${containers.map((each) => each.name).join(', ')}`);
  if (restartPolicy === 'Always') throw refuse(`Pod ${name} never ends: give it restartPolicy: Never or OnFailure`);
  return (pods) => {
    const { metadata, status } = pods.find((each) => each.metadata?.name === name) ?? {};
    if (metadata === undefined || metadata.deletionTimestamp !== undefined) return undefined;
    const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed';
    const meant = (status?.containerStatuses ?? []).filter(
      (each) => container === undefined || each.name === container,
    );
    const ends = meant.flatMap(({ state }) => state?.terminated ?? []);
    const hasEnded = container !== undefined && ends.some((end) => restartPolicy === 'Never' || end.exitCode === 0);
    if (!isOver && !hasEnded) return undefined;
    return { code: codeOf(meant, isOver && status.phase === 'Failed'), why: `${word} has ended` };
  };
}

/** That of the first container that failed; 1 for a Pod that Failed without one, such as an evicted one. */
function codeOf(statuses: readonly ContainerStatus[], isFailed: boolean): number {
  const codes = statuses.map(({ state }) => state?.terminated?.exitCode ?? 0);
  return codes.find((code) => code !== 0) ?? (isFailed ? exitCode.failed : exitCode.done);
}
