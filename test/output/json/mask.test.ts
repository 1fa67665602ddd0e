import { expect, test } from 'vitest';
import { masked } from '../../../src/output/json/mask.ts';

const pod = (env: readonly object[], annotations: object = {}) => ({
  kind: 'Pod',
  metadata: { name: 'web', annotations },
  spec: { containers: [{ name: 'app', env, args: ['--url=postgres://me:hunter2hunter2@db/x', 'short'] }] },
});

test('the values of Secrets are covered where they stand and wherever else they stand', () => {
  const secret = {
    kind: 'Secret',
    metadata: { name: 's' },
    stringData: { a: 'hunter2hunter2', b: 'x' },
    data: { c: '/////w==' },
  };
  const [first, second] = masked([
    secret,
    pod([
      { name: 'URL', value: 'a hunter2hunter2 b' },
      { name: 'X', value: 'x' },
    ]),
  ]);
  expect(first).toMatchObject({ stringData: { a: '(hidden)', b: '(hidden)' }, data: { c: '(hidden)' } });
  expect(second).toEqual({
    kind: 'Pod',
    metadata: { name: 'web', annotations: {} },
    spec: {
      containers: [
        {
          name: 'app',
          env: [
            { name: 'URL', value: 'a (hidden) b' },
            // Too short to be told from any other x.
            { name: 'X', value: 'x' },
          ],
          args: ['--url=postgres://me:(hidden)@db/x', 'short'],
        },
      ],
    },
  });
});

test.each(['DB_PASSWORD', 'GITHUB_TOKEN', 'apiKey', 'AWS_SECRET_ACCESS_KEY', 'PGPASSWD'])(
  'the value of %s is',
  (name) => {
    const text = JSON.stringify(
      masked([
        pod([
          { name, value: 'opensesame' },
          { name: 'OTHER', value: 'or opensesame' },
        ]),
      ]),
    );
    expect(text).not.toContain('opensesame');
    expect(text).toContain(name);
  },
);

test.each(['PATH', 'KEYBOARD', 'PASSENGERS', 'LOG'])('that of %s is not', (name) => {
  expect(JSON.stringify(masked([pod([{ name, value: 'opensesame' }])]))).toContain('opensesame');
});

test('so are the arguments of builds, and references to a Secret stay', () => {
  const build = JSON.stringify({
    app: { context: '/a', args: { NPM_TOKEN: 'opensesame', AUTH_KEY: 'o"p', VERSION: '1' } },
  });
  const reference = { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } };
  const [shown, cron] = masked([
    pod([reference], { 'podrun.dev/build': build }),
    { kind: 'CronJob', spec: { jobTemplate: { spec: { template: pod([reference], { 'podrun.dev/build': build }) } } } },
  ]);
  expect(JSON.stringify(cron)).not.toContain('opensesame');
  expect(shown).toMatchObject({ spec: { containers: [{ env: [reference] }] } });
  expect(JSON.stringify(shown)).toContain('VERSION');
  expect(JSON.stringify(shown)).not.toMatch(/opensesame|o.{1,6}p\\/);
});
