import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { fieldsOf, textMapOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';

/** TotalAnnotationSizeLimitB. */
const MAX_BYTES = 262_144;

/** Reports more in annotations than a cluster takes in one object (apimachinery's ValidateAnnotationsSize). */
export function checkAnnotations(meta: unknown, at: Cursor, report: Report): void {
  const pairs = Object.entries(textMapOf(fieldsOf(meta)['annotations']));
  const encoder = new TextEncoder();
  const bytes = pairs.reduce((sum, [key, value]) => sum + encoder.encode(key + value).length, 0);
  if (bytes > MAX_BYTES)
    report(below(at, 'annotations'), `Too long: may not be more than ${MAX_BYTES} bytes`, {
      on: 'key',
      hint: 'a ConfigMap holds more',
    });
}
