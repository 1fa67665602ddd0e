import { describe, expect, test } from 'vitest';
import type { EngineAction } from '../../../src/core/runtime/action.ts';
import type { Reason } from '../../../src/core/runtime/reason.ts';
import type { Planned } from '../../../src/core/state/planned.ts';
import { planJson, planLines } from '../../../src/output/plan/plan.ts';
import { edited } from '../../core/reasons.ts';
import { makeStyle } from '../../../src/output/terminal/style.ts';
import {
  ask,
  create,
  createInfra,
  createVolume,
  db,
  inspect,
  kill,
  make,
  newWeb,
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
  why,
  writeRecord,
} from './planned.ts';

const port = edited('containers.app.env.PORT', '8080', '8081');
const text = (planned: readonly Planned[]) => planLines(planned, { color: false }).join('\n');
const deletion = { deletion: { atMs: 0, graceSeconds: 30 } };

describe('planLines', () => {
  test('what is synced into a container that runs; in a new one it is part of its start', () => {
    const planned = [
      plan(readSynced('infra'), why('otherSynced'), web, 'app'),
      plan(
        sync('app', 'a', '-b'),
        [{ kind: 'files', container: 'app', file: 'a', what: 'changed', more: 1 }],
        web,
        'app',
      ),
      plan(create('side', 0), why('absent'), web, 'side'),
      plan(sync('side', 'a'), why('newContainer'), web, 'side'),
      plan(start('side'), why('made'), web, 'side'),
    ];
    expect(text(planned)).toBe(
      [
        'pod web',
        '  ~ sync 2 files to /app in container app',
        '      containers.app.onChange: a changed, and 1 more',
        '  + start container side',
        '      it is not there',
      ].join('\n'),
    );
  });

  test('a new Pod', () => {
    const planned = [
      plan({ verb: 'createNetwork', target: 'podrun-p', name: 'podrun-p', labels: {} }, why('podsNetwork')),
      plan(inspect('infra:1'), why('infraImage')),
      plan(createVolume('p.web.data.11111111'), [{ kind: 'newVolume', volume: 'data' }], web),
      plan(
        pull('busybox'),
        [
          {
            kind: 'imagePolicy',
            path: 'containers.app.image',
            image: 'busybox',
            policyField: 'imagePullPolicy',
            policy: 'Always',
          },
        ],
        web,
        'app',
      ),
      plan(createInfra('infra', 0), why('newPod'), web),
      plan({ verb: 'prepareVolumes', target: 'infra', id: 'infra', roots: [] }, why('newVolumes'), web),
      plan(start('infra'), why('infraHoldsPod'), web),
      plan(
        { verb: 'prepareHostPath', target: 'x', path: '/srv', type: 'Directory', name: 'h', image: 'i', labels: {} },
        [{ kind: 'hostPath', volume: 'srv', path: '/srv' }],
        db,
      ),
      plan(create('app', 0), why('absent'), web, 'app'),
      plan(start('app'), why('made'), web, 'app'),
    ];
    expect(text(planned)).toBe(
      [
        'project',
        '  + create network podrun-p',
        '      the Pods’ network',
        'pod web',
        '  + create volume p.web.data.11111111',
        '      volumes.data: the Pod is new',
        '  + pull image busybox',
        '      containers.app.image: busybox (imagePullPolicy is Always)',
        '  + create the Pod',
        '      the Pod is new',
        '  + start container app',
        '      it is not there',
        'pod shop/db',
        '  ~ check host path /srv (Directory)',
        '      volumes.srv.hostPath: /srv',
      ].join('\n'),
    );
  });

  test('an edited container is replaced, and its end says why', () => {
    const planned = [
      plan(kill('app.0'), [port], web, 'app'),
      plan(kill('app.0', 'SIGKILL'), [port], web, 'app'),
      plan(create('app.1', 1), [port], web, 'app'),
      plan(remove('app.-1'), why('laterEnded'), web, 'app'),
      plan(start('app.1'), why('made'), web, 'app'),
    ];
    expect(text(planned)).toBe(
      ['pod web', '  ~ replace container app (attempt 1)', '      containers.app.env.PORT: 8080 -> 8081'].join('\n'),
    );
  });

  test('a restart after an end is a start', () => {
    const planned = [
      plan(create('app.3', 3), [{ kind: 'exited', exitCode: 1 }], web, 'app'),
      plan(start('app.3'), why('made'), web, 'app'),
    ];
    expect(text(planned)).toBe(
      ['pod web', '  + start container app (attempt 3)', '      it ended with exit code 1'].join('\n'),
    );
  });

  test('a Pod that is replaced is deleted and created under one name', () => {
    const because = [edited('hostname', 'a', 'b')];
    const planned = [
      plan(writeRecord(web, deletion), because, web),
      plan(removeVolume(recordOf(web, 1)), why('newerRecord'), web),
      plan(kill('app'), because, web, 'app'),
      plan(kill('log'), because, web, 'log'),
      plan(remove('app'), because, web, 'app'),
      plan(remove('infra'), because, web),
      plan({ ...removeVolume('p.web.data.11111111'), holdsData: true } as EngineAction, because, web),
      plan(removeVolume('p.web._own.11111111'), because, web),
      plan(removeVolume(recordOf(web, 2)), because, web),
      plan(createInfra('infra2', 0), why('newPod'), newWeb),
    ];
    expect(text(planned)).toBe(
      [
        'pod web',
        '  - delete the Pod with containers app, log and what its emptyDir volumes hold',
        '      hostname: a -> b',
        '  + create the Pod',
        '      the Pod is new',
      ].join('\n'),
    );
  });

  test('a deletion without running containers', () => {
    const planned = [
      plan(writeRecord(web, deletion), why('notInFile'), web),
      plan(remove('infra'), why('projectDown'), web),
    ];
    expect(text(planned)).toBe(['pod web', '  - delete the Pod', '      the file does not name it'].join('\n'));
  });

  test('a live edit', () => {
    const because = [edited('terminationGracePeriodSeconds', 30, 5)];
    const planned = [
      plan(writeRecord(web, { live: {} as never }), because, web),
      plan(removeVolume(recordOf(web, 1)), why('newerRecord'), web),
    ];
    expect(text(planned)).toBe(
      ['pod web', '  ~ update the Pod in place', '      terminationGracePeriodSeconds: 30 -> 5'].join('\n'),
    );
  });

  test('what else can be done to a container, a sandbox, a volume and a network', () => {
    const planned = [
      plan(kill('a', 'SIGQUIT'), why('laterInstance'), web, 'a'),
      plan(kill('b'), why('unnamedContainer'), web, 'b'),
      plan(remove('b'), why('unnamedContainer'), web, 'b'),
      plan(remove('c'), why('laterEnded'), web, 'c'),
      plan(unpause('d'), why('paused'), web, 'd'),
      plan(kill('infra', 'SIGKILL'), why('allEnded'), web),
      plan(createInfra('infra', 1), why('noInfra'), db),
      plan(remove('helper'), why('helperLeft')),
      plan(removeVolume('p_data'), why('volumesAsked')),
      plan({ verb: 'removeNetwork', target: 'podrun-p', id: 'n' }, why('noPodLeft')),
    ];
    expect(
      text(planned)
        .split('\n')
        .filter((line) => !/^ {6}/.test(line)),
    ).toEqual([
      'pod web',
      '  - stop container a (SIGQUIT)',
      '  - stop and remove container b',
      '  - remove container c',
      '  ~ resume container d',
      '  - stop the sandbox (SIGKILL)',
      'pod shop/db',
      '  + start the sandbox (attempt 1)',
      'project',
      '  - remove container helper',
      '  - remove volume p_data',
      '  - remove network podrun-p',
    ]);
  });

  test('what is only book-keeping is shown where there is nothing else', () => {
    expect(text([plan(inspect('busybox'), [edited('containers.app.image', undefined, 'busybox')], web, 'app')])).toBe(
      ['pod web', '  ~ look for image busybox', '      containers.app.image: busybox'].join('\n'),
    );
    expect(text([])).toBe('');
  });

  test.each<[string, Reason, string]>([
    ['gone', edited('a.b', 'x'), 'a.b: x -> (none)'],
    ['new', edited('a.b', undefined, 'x'), 'a.b: x'],
    ['empty', edited('a.b', 'x', ''), 'a.b: x -> '],
    ['a place alone', { kind: 'claim', volume: 'data' }, 'volumes.data'],
    ['several lines', edited('a', '1\n2', 'x\u001b[2J'), 'a: 1\\n2 -> x\uFFFD[2J'],
    ['long', edited('a', 'x'.repeat(80), 'y'.repeat(81)), `a: ${'x'.repeat(80)} -> ${'y'.repeat(79)}…`],
  ])('a cause: %s', (_, because, line) => {
    expect(text([plan(kill('app'), [because], web, 'app')]).split('\n')[2]).toBe(`      ${line}`);
  });

  test('the signs have their colours', () => {
    const style = makeStyle(true);
    const lines = planLines(
      [
        plan(kill('a'), why('finished'), web, 'a'),
        plan(pull('i'), why('finished'), web),
        plan(unpause('b'), why('finished'), web, 'b'),
      ],
      { color: true },
    );
    expect(lines[0]).toBe(style.strong('pod web'));
    const signs = lines.filter((_, index) => index % 2 === 1).map((line) => line.split(' ')[2]);
    expect(signs).toEqual([style.error('-'), style.ok('+'), style.warn('~')]);
  });
});

test('planJson tells every action and nothing of what a container is launched with', () => {
  const planned = [
    plan(create('app', 0, [['PASSWORD', 'hunter2']]), [port], db, 'app'),
    plan(inspect('busybox'), why('finished')),
  ];
  const json = planJson(planned);
  expect(json).toEqual([
    {
      verb: 'createContainer',
      target: 'app',
      pod: { name: 'db', namespace: 'shop' },
      container: 'app',
      because: [{ path: 'containers.app.env.PORT', from: '8080', to: '8081' }],
    },
    { verb: 'inspectImage', target: 'busybox', because: [{ path: '', text: 'the Pod is finished' }] },
  ]);
});

test('a build is named by its image: neither context nor arguments are shown', () => {
  const planned = [plan(ask('shop'), why('made'), web, 'app'), plan(make('shop'), why('finished'), web, 'app')];
  expect(planLines(planned, { color: false })).toEqual([
    'pod web',
    '  + build image shop',
    '      the Pod is finished',
  ]);
  expect(JSON.stringify(planJson(planned))).not.toMatch(/secret|hunter2/);
});
