import { fieldsOf } from '../yaml/read.ts';
import type { Fields } from '../yaml/read.ts';
import type { Draft } from './draft.ts';
import { bytes, text } from './values.ts';

type Kind = 'limits' | 'requests';

/** One of `mem_limit`, `mem_reservation`, `cpus`. */
export const readResource =
  (kind: Kind, resource: 'cpu' | 'memory') =>
  (value: unknown, draft: Draft): void =>
    add(draft, kind, { [resource]: resource === 'memory' ? bytes(value) : text(value) });

/** `deploy`: its resources; and what only a swarm does. */
export function readDeploy(value: unknown, draft: Draft): void {
  for (const [field, each] of Object.entries(fieldsOf(value))) {
    if (field === 'resources') readResources(each, draft);
    else if (field === 'replicas') readReplicas(each, draft, 'deploy.replicas');
    else draft.note(`deploy.${field}`, 'it is for a swarm');
  }
}

export function readReplicas(value: unknown, draft: Draft, field = 'scale'): void {
  if (text(value) !== '1')
    draft.note(field, 'a Pod is one: for more of it, write a Deployment into a document of its own, after ---');
}

function readResources(value: unknown, draft: Draft): void {
  const { limits, reservations, ...rest } = fieldsOf(value);
  for (const field of Object.keys(rest)) draft.note(`deploy.resources.${field}`, 'Kubernetes has limits and requests');
  readAmounts('limits', fieldsOf(limits), draft);
  readAmounts('requests', fieldsOf(reservations), draft);
}

function readAmounts(kind: Kind, amounts: Fields, draft: Draft): void {
  for (const [field, value] of Object.entries(amounts)) {
    if (field === 'cpus') add(draft, kind, { cpu: text(value) });
    else if (field === 'memory') add(draft, kind, { memory: bytes(value) });
    else
      draft.note(
        `deploy.resources.${kind === 'limits' ? kind : 'reservations'}.${field}`,
        'podrun limits cpu and memory',
      );
  }
}

function add({ container }: Draft, kind: Kind, amounts: Fields): void {
  const resources = fieldsOf(container['resources']);
  container['resources'] = { ...resources, [kind]: { ...fieldsOf(resources[kind]), ...amounts } };
}
