import type { ProgressMode } from '../../run/report/console.ts';
import type { PullOption } from '../open-project.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import type { EndOptions } from './end-rules.ts';

/** `podrun up`, as its command line says it; JSON carries it into the background. */
export interface UpOptions extends GlobalOptions, EndOptions {
  readonly pod: readonly string[];
  readonly detach: boolean;
  /** It implies `detach`. */
  readonly wait: boolean;
  readonly timeout?: string | undefined;
  readonly bundle?: string | undefined;
  readonly removeOrphans: boolean;
  readonly takeOver: boolean;
  readonly watch: boolean;
  /** Each `NAME=N`. */
  readonly scale: readonly string[];
  readonly infraImage: string;
  readonly servicesImage: string;
  readonly build: boolean;
  readonly pull?: PullOption | undefined;
  readonly progress: ProgressMode;
  readonly allowSysctl: readonly string[];
  readonly terminatedPodGcThreshold: number;
}
