import { expect, test } from 'vitest';
import type { Planned } from '../../../src/core/state/planned.ts';
import { actionText } from '../../../src/output/plan/action-text.ts';
import {
  ask,
  create,
  createInfra,
  createVolume,
  inspect,
  kill,
  make,
  plan,
  pull,
  readSynced,
  recordOf,
  remove,
  removeVolume,
  start,
  sync,
  unpause,
  web,
  writeRecord,
} from './planned.ts';

test.each<[Planned, string]>([
  [plan({ verb: 'createNetwork', target: 'n', name: 'n', labels: {} }, []), 'creating network n'],
  [plan({ verb: 'removeNetwork', target: 'n', id: 'i' }, []), 'removing network n'],
  [plan(createVolume('p_data'), []), 'creating volume p_data'],
  [plan(writeRecord(web, {}), [], web), 'writing the record of the Pod'],
  [plan(removeVolume('p_data'), []), 'removing volume p_data'],
  [plan(removeVolume('p.web.record.11111111'), [], web), 'removing volume p.web.record.11111111'],
  [plan(removeVolume(recordOf(web, 1)), [], web), 'removing an old record of the Pod'],
  [plan(inspect('busybox'), [], web, 'app'), 'looking for image busybox'],
  [plan(pull('busybox'), [], web, 'app'), 'pulling image busybox'],
  [plan(ask('shop'), [], web, 'app'), 'looking whether image shop is up to date'],
  [plan(make('shop'), [], web, 'app'), 'building image shop'],
  [
    plan({ verb: 'prepareHostPath', target: 't', path: '/srv', type: '', name: 'h', image: 'i', labels: {} }, [], web),
    'checking host path /srv',
  ],
  [plan(create('c', 0), [], web, 'app'), 'creating container app'],
  [plan(createInfra('c', 0), [], web), 'creating the sandbox'],
  [plan({ verb: 'prepareVolumes', target: 'c', id: 'c', roots: [] }, [], web), 'preparing the volumes of the Pod'],
  [plan(start('c'), [], web, 'app'), 'starting container app'],
  [plan(start('c'), [], web), 'starting the sandbox'],
  [plan(kill('c'), [], web, 'app'), 'stopping container app (SIGTERM)'],
  [plan(kill('c', 'SIGKILL'), [], web, 'app'), 'killing container app'],
  [plan(sync('c', 'a', '-b'), [], web, 'app'), 'syncing 2 files to /app'],
  [plan(sync('c', '-b'), [], web, 'app'), 'syncing 1 file to /app'],
  [plan(readSynced('c'), [], web, 'app'), 'looking for what container app holds of synced folders'],
  [plan(unpause('c'), [], web, 'app'), 'resuming container app'],
  [plan(remove('c'), [], web, 'app'), 'removing container app'],
  [plan(remove('helper'), []), 'removing container helper'],
])('%#: $1', (planned, text) => {
  expect(actionText(planned)).toBe(text);
});
