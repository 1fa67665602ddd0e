/** README and docs/ agree with the schema that podrun and editors read, field by field, and their examples are valid. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import kubernetes from '../../schema/kubernetes.schema.json' with { type: 'json' };
import pods from '../../schema/pods.schema.json' with { type: 'json' };
import { fieldsOf } from '../../src/manifest/yaml/read.ts';
import { messagesOf, parse } from './parse.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const pages = {
  readme: read('README.md'),
  file: read('docs/file.md'),
  compatibility: read('docs/compatibility.md'),
};

const definitions = { ...kubernetes.$defs, ...pods.$defs };
type Definition = keyof typeof definitions;

/** What a page says under a heading, down to the next one, without its examples. */
const sectionOf = (page: string, heading: string): string =>
  page
    .replaceAll(/^```[^]*?^```$/gm, '')
    .split(/^#+ /m)
    .find((section) => section.startsWith(`${heading}\n`)) ?? '';

const codeIn = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** The heading in docs/compatibility.md with the fields of a definition. */
const compatibility: Partial<Record<Definition, string>> = {
  ObjectMeta: 'Metadata',
  PodSpec: 'Pod spec',
  PodSecurityContext: 'Pod securityContext',
  Container: 'Container',
  ContainerPort: 'Ports',
  EnvVar: 'Env',
  EnvVarSource: 'ValueFrom',
  EnvFromSource: 'EnvFrom',
  Resources: 'Resources',
  Probe: 'Probes',
  HTTPGetAction: 'HttpGet',
  Lifecycle: 'Lifecycle',
  LifecycleHandler: 'Hooks',
  RestartRule: 'RestartPolicyRules',
  SecurityContext: 'SecurityContext',
  Volume: 'Volumes',
  EmptyDir: 'EmptyDir',
  HostPath: 'HostPath',
  PersistentVolumeClaimSource: 'PersistentVolumeClaim',
  VolumeMount: 'VolumeMounts',
  ConfigMap: 'ConfigMap',
  Secret: 'Secret',
  ClaimSpec: 'PersistentVolumeClaim spec',
  DeploymentSpec: 'Deployment',
  ReplicaSetSpec: 'ReplicaSet',
  ReplicationControllerSpec: 'ReplicationController',
  StatefulSetSpec: 'StatefulSet',
  DaemonSetSpec: 'DaemonSet',
  JobSpec: 'Job',
  CronJobSpec: 'CronJob',
  ServiceSpec: 'Service',
  ServicePort: 'Service ports',
};

interface Row {
  readonly fields: readonly string[];
  readonly word: string;
  readonly note: string;
}

function rowsOf(heading: string): readonly Row[] {
  const lines = sectionOf(pages.compatibility, heading)
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  return lines.map((line) => {
    const [, fields = '', word = '', note = ''] = line.split('|');
    return { fields: codeIn(fields), word: word.trim(), note };
  });
}

const isMeta = (name: string): boolean => ['apiVersion', 'kind', 'metadata'].includes(name);

const propertiesOf = (definition: string): readonly (readonly [name: string, schema: unknown])[] =>
  Object.entries(fieldsOf(fieldsOf(definitions[definition as Definition]).properties)).filter(
    ([name]) => !isMeta(name),
  );

describe.each(Object.entries(compatibility))('%s in docs/compatibility.md', (definition, heading) => {
  const properties = propertiesOf(definition);
  const rows = rowsOf(heading);

  test.each(properties)('%s has a row that agrees with the schema', (name, schema) => {
    const { word = '', note = '' } = rows.find(({ fields }) => fields.includes(name)) ?? {};
    const mark = fieldsOf(schema)['x-podrun'];
    if (mark === 'instead') {
      expect(word).toMatch(/^(approximated|ignored)$/);
      expect(note).toMatch(/\bwarning\b/i);
    } else
      expect(word).toMatch(mark === 'server' ? /^(ignored|refused)$/ : /^(honoured|approximated|ignored|refused)$/);
  });

  test('has no row for an unknown field', () => {
    const known = properties.map(([name]) => name);
    expect(rows.flatMap(({ fields }) => fields).filter((name) => !known.includes(name))).toEqual([]);
  });
});

/** The heading in docs/file.md with the short form's own fields. */
const shortForm = {
  ShortForm: 'The short form',
  ShortPod: 'Pods',
  ShortContainer: 'Containers',
  Build: 'build',
  OnChange: 'onChange',
  ShortObject: 'configMaps and secrets',
};

describe.each(Object.entries(shortForm))('%s in docs/file.md', (definition, heading) => {
  test.each(propertiesOf(definition))('%s is documented', (name) => {
    expect(codeIn(sectionOf(pages.file, heading))).toContain(name);
  });
});

describe('examples that are complete files', () => {
  const examples = Object.values(pages).flatMap((page) =>
    [...page.matchAll(/^```yaml\n(# pods\.yaml\n[^]*?)^```$/gm)].map(([, text = '']) => text),
  );
  const env = { HOME: '/home/dev', API_KEY: 'k', DB_PASSWORD: 'p' };

  test.each(examples)('are valid: %s', (text) => {
    const files = new Map(parse(text, { env }).reads.map((path) => [path, 'LINE=value\n']));
    const mistakes = messagesOf(text, { env, files }).filter((message) => !message.startsWith('warning '));
    expect(mistakes).toEqual([]);
  });

  test('are there', () => expect(examples.length).toBeGreaterThan(10));
});
