import { INFRA_IMAGE, SERVICES_IMAGE } from '../../run/fixture/images.ts';
import type { World } from '../../run/world.ts';

/** As kube-controller-manager's terminated-pod-gc-threshold, for one machine. */
export const FINISHED_BOUND = 100;

/** For yargs: what sandboxes are made of, and what Pods may ask of them. */
export const sandboxOptions = ({ env }: Pick<World, 'env'>) =>
  ({
    'infra-image': {
      type: 'string',
      default: env['PODRUN_INFRA_IMAGE'] ?? INFRA_IMAGE,
      describe: 'The image of the infra containers',
    },
    'services-image': {
      type: 'string',
      default: env['PODRUN_SERVICES_IMAGE'] ?? SERVICES_IMAGE,
      describe: 'The image of what serves Services: Node, with ip',
    },
    'allow-sysctl': {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'A sysctl that Pods may set beyond the safe ones; * at its end stands for anything',
    },
  }) as const;
