import type { Fields } from './read.ts';
import { fieldsOf } from './read.ts';
import { fieldsIn } from './schema.ts';
import { suggest } from './suggest.ts';

/** What the author of an unknown field most likely meant: the right word, or the right place. */
export function hintForField(field: string, schema: Fields): string | undefined {
  const known = Object.keys(fieldsOf(schema['properties']));
  const near = suggest(field, known);
  if (isContainer(schema)) {
    if (near !== undefined) return hintOfPodField(near) ?? didYouMean(near);
    const ofPod = suggest(field, fieldsIn(known.includes('build') ? 'ShortPod' : 'PodSpec'));
    if (ofPod !== undefined) return placeInPod(ofPod);
    const ofLifecycle = suggest(field, fieldsIn('Lifecycle'));
    return ofLifecycle === undefined ? undefined : `${ofLifecycle} is a field of lifecycle: write it under lifecycle`;
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
  return near === undefined ? undefined : didYouMean(near);
}

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
