import type { ObservedPod } from './observed.ts';

/** The folder that a Pod comes from: the one that took it over, else the one that made it. */
export const folderOf = (pod: ObservedPod): string | undefined => pod.record.dir ?? pod.infras[0]?.dir;
