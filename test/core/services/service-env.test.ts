/** The variables of Services in a container's environment, and that none of them ever replaces one. */
import { expect, test } from 'vitest';
import { containerFacts } from '../../../src/core/runtime/facts.ts';
import { serviceVariables } from '../../../src/core/services/service-env.ts';
import type { KeptService } from '../../../src/core/services/service-records.ts';
import { containerChanges } from '../../../src/core/spec/change.ts';
import { environmentOf } from '../../../src/core/spec/environment.ts';
import { makeContainer, makePod, makeState, onEngine } from '../make.ts';

const front: KeptService = {
  ...{ name: 'web-front', namespace: 'default', type: 'ClusterIP', address: '172.20.128.11' },
  ports: [
    { name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 },
    { name: 'query-log', protocol: 'UDP', port: 53, targetPort: 53 },
  ],
};
const others: readonly KeptService[] = [
  { ...front, name: 'headless', clusterIP: 'None' },
  { ...front, name: 'elsewhere', namespace: 'blue' },
  { name: 'none-yet', namespace: 'default', type: 'ClusterIP', ports: front.ports },
];

test('are Kubernetes’ own and those of Docker’s links, of each Service of the namespace that has an address', () => {
  expect(Object.fromEntries(serviceVariables([front, ...others], 'default'))).toEqual({
    WEB_FRONT_SERVICE_HOST: '172.20.128.11',
    WEB_FRONT_SERVICE_PORT: '80',
    WEB_FRONT_SERVICE_PORT_HTTP: '80',
    WEB_FRONT_SERVICE_PORT_QUERY_LOG: '53',
    WEB_FRONT_PORT: 'tcp://172.20.128.11:80',
    WEB_FRONT_PORT_80_TCP: 'tcp://172.20.128.11:80',
    WEB_FRONT_PORT_80_TCP_PROTO: 'tcp',
    WEB_FRONT_PORT_80_TCP_PORT: '80',
    WEB_FRONT_PORT_80_TCP_ADDR: '172.20.128.11',
    WEB_FRONT_PORT_53_UDP: 'udp://172.20.128.11:53',
    WEB_FRONT_PORT_53_UDP_PROTO: 'udp',
    WEB_FRONT_PORT_53_UDP_PORT: '53',
    WEB_FRONT_PORT_53_UDP_ADDR: '172.20.128.11',
  });
});

const app = makeContainer('app', {
  env: [
    { name: 'URL', value: 'http://$(WEB_FRONT_SERVICE_HOST)/' },
    { name: 'WEB_FRONT_PORT', value: 'mine' },
  ],
});
const environment = (services: readonly KeptService[], links?: false) => {
  const pod = makePod('web', { containers: [app], ...(links === undefined ? {} : { enableServiceLinks: links }) });
  const { node } = makeState().self;
  return environmentOf(app, { pod, uid: 'u', node, podIP: '', hostIP: '', services }, []);
};

test('env goes over them, and is built upon them', () => {
  const { values, linked } = environment([front]);
  expect(values.get('URL')).toBe('http://172.20.128.11/');
  expect([values.get('WEB_FRONT_PORT'), values.get('WEB_FRONT_SERVICE_PORT')]).toEqual(['mine', '80']);
  expect(linked).toEqual(['WEB_FRONT_SERVICE_HOST']);
});

test('enableServiceLinks: false leaves them out', () => {
  expect([...environment([front], false).values.keys()]).toEqual(['URL', 'WEB_FRONT_PORT']);
});

test('a Service that changes, comes or goes replaces no container', () => {
  const { values, linked } = environment([front]);
  const [instance] = [{ ...onEngine(app, 0), env: Object.fromEntries(values) }];
  const made = { container: instance, name: 'app', attempt: 0, facts: { ...containerFacts(app), linked } };
  expect(containerChanges(app, made)).toEqual([]);
  const edited = { ...app, env: [{ name: 'URL', value: 'http://$(WEB_FRONT_SERVICE_HOST)/x' }, ...app.env.slice(1)] };
  expect(containerChanges(edited, made)).toEqual([
    {
      kind: 'field',
      path: ['containers', 'app', 'env', 'URL'],
      from: 'http://172.20.128.11/',
      to: 'http://172.20.128.11/x',
    },
  ]);
});
