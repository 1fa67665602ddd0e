import { node } from '../launch.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  attemptOf,
  backoffMsOf,
  containerFactsOf,
  generationOfLabels,
  isOurs,
  label,
  podLabels,
  podRefOf,
  projectLabels,
  recordOf,
  sandboxFactsOf,
  supervisorLabel,
  supervisorOf,
} from '../../../src/core/runtime/labels.ts';
import { containerLaunch } from '../../../src/core/spec/container-launch.ts';
import { infraLaunch } from '../../../src/core/spec/launch.ts';
import {
  claimVolumeName,
  containerName,
  infraName,
  podAliases,
  podHostname,
  recordName,
} from '../../../src/core/runtime/names.ts';
import { containerFacts, sandboxFacts } from '../../../src/core/runtime/facts.ts';
import { observe } from '../../../src/core/runtime/observed.ts';
import { podLabel } from '../../../src/core/runtime/pod-ref.ts';
import { emptySnapshot } from '../../../src/core/runtime/snapshot.ts';
import { infraOnEngine, makeContainer, makePod, onEngine, ref, self } from '../make.ts';

const generation = { number: 3, fingerprint: '0badcafe' };

describe('names', () => {
  const elsewhere = { ...ref, namespace: 'team' };

  test('on the engine', () => {
    expect([
      infraName('shop', ref, 2),
      containerName('shop', ref, 'app', 3),
      containerName('shop', elsewhere, 'app', 0),
      recordName('shop', ref, 1),
    ]).toEqual([
      'shop.web.11111111.2',
      'shop.web.app.11111111.3',
      'shop.team.web.app.11111111.0',
      'shop.web.record.11111111.1',
    ]);
  });

  test('two Pods never share a container name', () => {
    const word = fc.stringMatching(/^[a-z]([a-z0-9-]{0,6}[a-z0-9])?$/);
    const pod = fc.record({ name: word, namespace: fc.constantFrom('default', 'team'), uid: fc.uuid() });
    fc.assert(
      fc.property(pod, pod, word, word, (a, b, c, d) => {
        fc.pre(a.uid.slice(0, 8) !== b.uid.slice(0, 8));
        return containerName('shop', a, c, 0) !== containerName('shop', b, d, 0);
      }),
    );
  });

  test.each([
    [{ name: 'data', namespace: 'default' }, 'shop_data'],
    [{ name: 'data', namespace: 'team' }, 'shop_team.data'],
  ])('of the claim %o', (claim, name) => {
    expect(claimVolumeName('shop', claim)).toBe(name);
  });

  test('a short name resolves in the Pod’s own namespace only', () => {
    expect(podAliases(ref, 'web', undefined)).toEqual([
      'web',
      'web.default',
      'web.default.svc',
      'web.default.svc.cluster.local',
    ]);
    expect(podAliases(elsewhere, 'web', undefined)).toEqual(['web.team', 'web.team.svc', 'web.team.svc.cluster.local']);
    expect(podAliases(elsewhere, 'web', undefined, ['front']).slice(3)).toEqual([
      'front.team',
      'front.team.svc',
      'front.team.svc.cluster.local',
    ]);
    expect(podAliases(ref, 'web', undefined, ['front']).slice(0, 2)).toEqual(['web', 'front']);
    expect([podLabel(ref), podLabel(elsewhere)]).toEqual(['web', 'team/web']);
  });

  test('a subdomain is a name, short in the Pod’s own namespace only', () => {
    expect(podAliases({ ...ref, name: 's-0' }, 's-0', 's').filter((name) => name.startsWith('s-0.s'))).toEqual([
      's-0.s',
      's-0.s.default',
      's-0.s.default.svc',
      's-0.s.default.svc.cluster.local',
    ]);
    expect(podAliases(elsewhere, 'box', 'sub').filter((name) => name.startsWith('box.sub'))).toEqual([
      'box.sub.team',
      'box.sub.team.svc',
      'box.sub.team.svc.cluster.local',
    ]);
  });

  const domain = 'sub.default.svc.cluster.local';
  const searches = ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
  const ofTeam = ['team.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
  const dnsConfig = { nameservers: [], searches: ['example'], options: [{ name: 'ndots', value: '3' }] };
  test.each([
    ['default', {}, undefined, searches, []],
    ['default', { subdomain: 'sub' }, domain, searches, []],
    ['default', { subdomain: 'sub', setHostnameAsFQDN: true }, undefined, searches, []],
    ['default', { subdomain: 'sub', hostnameOverride: 'db' }, undefined, searches, []],
    ['default', { subdomain: 'sub', hostNetwork: true }, undefined, [], []],
    ['default', { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }, undefined, searches, []],
    ['default', { dnsPolicy: 'Default' }, undefined, [], []],
    ['default', { dnsConfig }, undefined, [...searches, 'example'], ['ndots:3']],
    ['team', {}, undefined, ofTeam, ['ndots:2']],
    ['team', { dnsConfig }, undefined, [...ofTeam, 'example'], ['ndots:3']],
  ] as const)('in %s with %o: domain %s, searched in %o, options %o', (namespace, spec, own, searched, options) => {
    const pod = makePod('web', spec);
    const of = { ...ref, namespace };
    const named = { ...pod, metadata: { ...pod.metadata, namespace } };
    const launch = infraLaunch(
      self,
      named,
      of,
      { attempt: 0, birth: { createdAtMs: 0, acceptedAtMs: 0 }, generation },
      'net1',
    );
    expect([launch.domainname, launch.dns.searches, launch.dns.options]).toEqual([own, searched, options]);
  });

  test.each([
    ['web', undefined, 'web'],
    ['web', 'custom', 'custom'],
    ['a'.repeat(70), undefined, 'a'.repeat(63)],
    [`${'a'.repeat(61)}-.b`, undefined, 'a'.repeat(61)],
  ])('hostname of %s with %s', (name, hostname, expected) => {
    expect(podHostname({ name, namespace: 'default' }, hostname === undefined ? {} : { hostname })).toBe(expected);
  });
});

describe('labels', () => {
  test('what a launch writes is what is read', () => {
    const pod = makePod(
      'web',
      { containers: [makeContainer('app', { env: [{ name: 'A', value: 'secret' }] })] },
      { tier: 'front' },
    );
    const infra = infraLaunch(
      self,
      pod,
      ref,
      { attempt: 1, birth: { createdAtMs: 8_000, acceptedAtMs: 9_000 }, generation },
      'net1',
    ).labels;
    const container = makeContainer('app', { env: [{ name: 'A', value: 'secret' }], command: ['run'] });
    const attempt = { number: 4, backoffMs: 20_000, birth: { createdAtMs: 8_000, acceptedAtMs: 9_000 } };
    const view = { pod, uid: ref.uid, node, podIP: '', hostIP: '' };
    const surroundings = { view, objects: [], infraId: 'infra0', imageUser: '', versions: new Map<string, string>() };
    const launched = containerLaunch(self, pod, container, ref, attempt, surroundings).labels;
    expect([podRefOf(infra), podRefOf(launched)]).toEqual([ref, ref]);
    expect([attemptOf(infra), attemptOf(launched), backoffMsOf(launched), backoffMsOf(infra)]).toEqual([
      1,
      4,
      20_000,
      undefined,
    ]);
    expect(generationOfLabels(infra)).toEqual(generation);
    expect(sandboxFactsOf(infra)).toEqual(sandboxFacts(pod));
    expect(containerFactsOf(launched)).toEqual(containerFacts(container));
    expect(supervisorOf(infra)).toEqual({ startedAtMs: self.startedAtMs, id: self.id });
    expect(JSON.stringify([infra, launched])).not.toContain('secret');
  });

  test('the pod’s own fields survive a round trip through the engine', () => {
    const pod = makePod('web', {}, { tier: 'front' });
    const observed = observe({ ...emptySnapshot, containers: [infraOnEngine(pod), onEngine(makeContainer('app'), 0)] });
    expect(observed.pods).toHaveLength(1);
    expect(observed.pods[0]).toMatchObject({ ...ref, key: 'default/web', facts: sandboxFacts(pod), record: {} });
    expect(observed.pods[0]?.instances.get('app')?.[0]?.facts).toEqual(containerFacts(makeContainer('app')));
  });

  test('an object under another name than its label is a stranger', () => {
    const renamed = { ...infraOnEngine(makePod('web')), name: 'other' };
    expect(isOurs(renamed)).toBe(false);
    const observed = observe({ ...emptySnapshot, containers: [renamed] });
    expect([observed.pods, observed.strangers]).toEqual([[], ['other']]);
  });

  test.each([{}, { [label.attempt]: 'x' }, { [label.attempt]: '-1' }, { [label.attempt]: '1.5' }])(
    'the attempt of %o is 0',
    (labels) => {
      expect(attemptOf(labels)).toBe(0);
    },
  );

  test.each([{}, { [label.facts]: '{', [label.record]: 'nonsense', [label.supervisor]: 'x' }])(
    'damaged labels %o tell nothing',
    (labels) => {
      expect([sandboxFactsOf(labels), recordOf(labels), supervisorOf(labels), backoffMsOf(labels)]).toEqual(
        Array(4).fill(undefined),
      );
    },
  );

  test('a Pod is known by all three labels only', () => {
    expect(podRefOf(podLabels(ref))).toEqual(ref);
    const { [label.podUid]: _uid, ...rest } = podLabels(ref);
    expect(podRefOf(rest)).toBeUndefined();
    expect(projectLabels({ project: 'shop' }, 'infra', 'n')).toEqual({
      [label.project]: 'shop',
      [label.kind]: 'infra',
      [label.name]: 'n',
    });
  });

  test('a supervisor whose random word holds a dot is read whole', () => {
    expect(supervisorOf({ [label.supervisor]: supervisorLabel({ startedAtMs: 5, id: 'a.b' }) })).toEqual({
      startedAtMs: 5,
      id: 'a.b',
    });
  });
});
