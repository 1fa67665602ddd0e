import type { Fields } from '../yaml/read.ts';
import { fieldsOf } from '../yaml/read.ts';
import { containerProperties, fieldsIn, holdersIn } from './schema.ts';
import { editDistance, suggest } from './suggest.ts';

/** What the author of an unknown field most likely meant: the right word, or the right place. */
export function hintForField(field: string, schema: Fields): string | undefined {
  const known = Object.keys(fieldsOf(schema['properties']));
  const near = suggest(field, known);
  // The very word in another place says more than another word of some likeness in this one.
  const place = near === undefined || !isSpelling(field, near) ? placeOf(field, schema, known) : undefined;
  if (isContainer(schema)) {
    if (near !== undefined && field === 'volumes')
      return `${didYouMean(near)} The volumes themselves stand in the Pod, beside containers`;
    const podFields = fieldsIn(known.includes('build') ? 'ShortPod' : 'PodSpec');
    if (podFields.includes(field)) return placeInPod(field);
    if (place !== undefined) return place;
    if (near !== undefined)
      return isSpelling(field, near) ? didYouMean(near) : (hintOfPodField(near) ?? didYouMean(near));
    const ofPod = suggest(field, podFields);
    if (ofPod !== undefined) return placeInPod(ofPod);
    const ofLifecycle = suggest(field, fieldsIn('Lifecycle'));
    if (ofLifecycle !== undefined) return `${ofLifecycle} is a field of lifecycle: write it under lifecycle`;
    if (field === 'replicas') return hintOfPlace(field, ['containers']);
    return Object.hasOwn(ELSEWHERE, field) ? ELSEWHERE[field] : undefined;
  }
  if (known.includes('containers')) {
    if (fieldsIn('Container').includes(field)) return `${field} is a field of a container: write it under containers`;
    const isShortPod = known.includes('dependsOn');
    if (isShortPod && (field === 'spec' || field === 'metadata')) {
      return `in the short form the fields of ${field} stand directly under the Pod's name`;
    }
    if (!isShortPod && ['labels', 'annotations', 'namespace', 'name'].includes(field))
      return `${field} belongs under metadata`;
  }
  if (known.includes('template') && fieldsIn('PodSpec').includes(field)) return `${field} belongs under template.spec`;
  const isTemplate = known.length === 2 && known.includes('spec');
  if ((known.includes('apiVersion') || isTemplate) && fieldsIn('PodSpec').includes(field))
    return `${field} belongs under spec`;
  if (known.includes('pods') && (field === 'apiVersion' || field === 'kind')) {
    return 'put the Kubernetes object in a document of its own, after a line ---';
  }
  if (place !== undefined) return place;
  return near === undefined ? hintOfPlace(field, known) : didYouMean(near);
}

/** One level further in, or beside what stands around. */
function placeOf(field: string, schema: Fields, known: readonly string[]): string | undefined {
  if (Object.hasOwn(ELSEWHERE, field) || COMMON.has(field)) return undefined;
  // The short form's own lists take texts, too; what their members have is Kubernetes'.
  const properties = isContainer(schema) ? containerProperties() : schema['properties'];
  const holders = holdersIn(properties, field).filter((holder) => !UNLIKELY.has(holder));
  const isMetadata = known.includes('labels') && known.includes('annotations') && !known.includes('containers');
  if (isMetadata && [...fieldsIn('PodSpec'), ...fieldsIn('DeploymentSpec')].includes(field))
    return `${field} belongs under spec, not metadata`;
  if (isMetadata && fieldsIn('Container').includes(field))
    return `${field} is a field of a container: write it under containers`;
  if (known.includes('containers') && fieldsIn('Container').includes(field)) return undefined;
  const [only] = holders;
  if (only !== undefined && holders.length === 1) return `${field} is a field of ${only}: write it under ${only}`;
  if (holders.length > 1 && holders.length <= 3) return `${field} belongs under ${either(holders)}`;
  const inside = known.includes('containers') ? holdersIn(containerProperties(), field) : [];
  if (inside.length === 0 || inside.length > 3) return undefined;
  return `${field} belongs under ${either(inside)} of a container`;
}

function either(words: readonly string[]): string {
  return words.join(' or ').replace(/ or (?=.* or )/g, ', ');
}

/** Words that so many things have that their place says nothing. */
const COMMON: ReadonlySet<string> = new Set(['key', 'name', 'optional', 'path', 'port', 'type', 'value']);

/** What few mean to write in. */
const UNLIKELY: ReadonlySet<string> = new Set(['ephemeralContainers', 'status', 'volumeClaimTemplates']);

/** The same word, but for case, `-` and `_` and a slip or two. */
function isSpelling(word: string, other: string): boolean {
  const plain = (text: string): string => text.replaceAll(/[-_ ]/g, '').toLowerCase();
  return editDistance(plain(word), plain(other)) <= 2;
}

/** Where a field belongs that is known elsewhere: one that slipped too far in, or stands beside what should hold it. */
function hintOfPlace(field: string, known: readonly string[]): string | undefined {
  if (known.includes('httpGet') && fieldsIn('HTTPGetAction').includes(field))
    return `${field} is a field of a handler: write it under httpGet`;
  if (known.includes('containers') && field === 'replicas') return 'a Pod is one: a Deployment has replicas';
  if (known.includes('pods') && field === 'version') return 'podrun asks for no version: remove it';
  if (fieldsIn('Container').includes(field)) return `${field} is a field of a container: write it beside image`;
  return undefined;
}

/** Words of compose that no field of a Kubernetes container stands for. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  build: 'only the short form builds: name an image',
  container_name: 'a container has the name that stands in name',
  deploy: 'limits stand under resources, and replicas in a Deployment',
  depends_on: 'the Pods of Kubernetes wait for nobody: the short form has dependsOn',
  develop: 'the short form has onChange, whose rules have paths, action and target',
  env_file: 'envFrom takes the variables of a ConfigMap or Secret; the short form has envFile',
  expose: 'a port that is not published needs no word: the Pods reach it',
  extra_hosts: 'hostAliases is a field of the Pod: write it beside containers',
  links: 'a Pod reaches the others by their names: remove it',
  logging: 'the engine keeps the logs: podrun logs shows them',
  networks: 'the Pods of a project share one network: remove it',
  onChange: 'here the annotation podrun.dev/on-change says it',
  privileged: 'privileged is a field of securityContext: write it under securityContext',
  user: 'runAsUser is a field of securityContext: write it under securityContext',
};

export function didYouMean(word: string): string {
  return `did you mean ${word}?`;
}

function isContainer(schema: Fields): boolean {
  const properties = fieldsOf(schema['properties']);
  return 'image' in properties && 'imagePullPolicy' in properties;
}

/** Most who write a container's restartPolicy mean the Pod's. */
function hintOfPodField(field: string | undefined): string | undefined {
  return field === 'restartPolicy' ? placeInPod(field) : undefined;
}

function placeInPod(field: string): string {
  return `${field} is a field of the Pod: write it beside containers`;
}
