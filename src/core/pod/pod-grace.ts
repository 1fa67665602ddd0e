import type { Pod } from '../../model/pod.ts';
import type { ObservedPod } from '../runtime/observed.ts';

/** Kubernetes' default (pkg/apis/core/v1/defaults.go), for a Pod of which no facts are left. */
const defaultGraceSeconds = 30;

export const graceMsOf = (pod: Pod): number => pod.spec.terminationGracePeriodSeconds * 1000;

/** The grace a Pod was made with, or last edited to. */
export const observedGraceSeconds = (pod: ObservedPod): number =>
  pod.facts?.live.terminationGracePeriodSeconds ?? defaultGraceSeconds;
