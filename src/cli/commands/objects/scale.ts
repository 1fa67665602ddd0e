import { objectName } from '../../../core/naming/kinds.ts';
import type { ObjectKind } from '../../../core/naming/kinds.ts';
import { field } from '../../../output/tables/object-columns.ts';
import type { World } from '../../../run/world.ts';
import { objectKeyOf, supervisedObjects } from '../../beside/supervised-objects.ts';
import type { ObjectsToAsk } from '../../beside/supervised-objects.ts';
import { CommandError, exitCode } from '../../exit-code.ts';

export interface ScaleOptions extends ObjectsToAsk {
  readonly replicas: number;
  readonly currentReplicas?: number | undefined;
}

/** `podrun scale KIND/NAME --replicas N`: it holds until `replicas` is edited in the file. */
export async function scale(world: World, options: ScaleOptions): Promise<number> {
  const { objects, ask } = await supervisedObjects(world, options, 'scale', [
    'Deployment',
    'StatefulSet',
    'ReplicaSet',
    'ReplicationController',
  ]);
  const { replicas, currentReplicas } = options;
  for (const object of objects) {
    const now = Number(field(object, 'spec', 'replicas') ?? 0);
    if (currentReplicas !== undefined && now !== currentReplicas)
      throw new CommandError(exitCode.failed, `Expected replicas to be ${currentReplicas}, was ${now}`);
    await ask({ op: 'hand', object: objectKeyOf(object), change: { replicas } });
    world.stdout.write(`${objectName(object.kind as ObjectKind, object.metadata.name)} scaled\n`);
  }
  return exitCode.done;
}
