import type { Fields } from './read.ts';
import { fieldsOf } from './read.ts';
import { fieldsIn } from './schema.ts';
import { suggest } from './suggest.ts';

/** What the author of an unknown field most likely meant: the right word, or the right place. */
export function hintForField(field: string, schema: Fields): string | undefined {
  const known = Object.keys(fieldsOf(schema['properties']));
  const near = suggest(field, known);
  if (isContainer(schema)) {
    if (near !== undefined && field === 'volumes')
      return `${didYouMean(near)} The volumes themselves stand in the Pod, beside containers`;
    if (near !== undefined) return hintOfPodField(near) ?? didYouMean(near);
    const ofPod = suggest(field, fieldsIn(known.includes('build') ? 'ShortPod' : 'PodSpec'));
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
  return near === undefined ? hintOfPlace(field, known) : didYouMean(near);
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
