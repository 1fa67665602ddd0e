/** What of an `up` beside a podrun that supervises is that one's own, and fixed since it began. */
import type { Answer } from '../../state/control.ts';
import { INFRA_IMAGE, SERVICES_IMAGE } from '../../run/fixture/images.ts';
import { FINISHED_BOUND } from '../options/sandbox-options.ts';
import type { UpOptions } from './up-options.ts';

/**
 * The options that would change nothing, as they were given. One that says what that podrun has anyway is none of them.
 * @param names the Pods that are named; none: it is handed the file
 * @param fixed what that podrun has; undefined where it is of another version
 */
export function ownOptions(options: UpOptions, names: readonly string[], fixed: Answer['fixed']): readonly string[] {
  const { infraImage, servicesImage, allowSysctl, terminatedPodGcThreshold: bound } = options;
  return [
    ...(options.build ? ['--build'] : []),
    ...(options.takeOver ? ['--take-over'] : []),
    ...(options.removeOrphans ? ['--remove-orphans'] : []),
    ...(options.watch ? [] : ['--no-watch']),
    ...(options.scale.length === 0 ? [] : ['--scale']),
    ...(isOther(infraImage, INFRA_IMAGE, fixed?.infraImage) ? [`--infra-image ${infraImage}`] : []),
    ...(isOther(servicesImage, SERVICES_IMAGE, fixed?.servicesImage) ? [`--services-image ${servicesImage}`] : []),
    ...allowSysctl.filter((each) => fixed?.allowSysctl.includes(each) !== true).map((each) => `--allow-sysctl ${each}`),
    ...(isOther(bound, FINISHED_BOUND, fixed?.finishedBound) ? [`--terminated-pod-gc-threshold ${bound}`] : []),
    // Who hands a file over and waits for all of it takes down what failed himself.
    ...(names.length > 0 && options.abortOnFailure ? ['--abort-on-failure'] : []),
    // A file that is handed over brings its pull policy.
    ...(names.length > 0 && options.pull !== undefined ? ['--pull'] : []),
  ];
}

/** It was asked for, and is not what that one has. */
const isOther = <T>(asked: T, unasked: T, own: T | undefined): boolean => asked !== unasked && asked !== own;
