/** The little of protobuf's wire format that BuildKit's messages take. */

/** One field of a message: its number, and its content: bytes where it has a length (texts, bytes, messages), or a value. */
export interface ProtoField {
  readonly number: number;
  /** Empty for what is a number. */
  readonly bytes: Buffer;
  /** 0 for what is none. */
  readonly value: number;
}

/** The fields of a message in their order. What is cut off or of a kind that nobody writes any more ends it. */
export function* readFields(message: Buffer): Generator<ProtoField> {
  let at = 0;
  const readVarint = (): number => {
    let [value, scale] = [0, 1];
    while (at < message.length) {
      const byte = message[at++] ?? 0;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    return value;
  };
  while (at < message.length) {
    const tag = readVarint();
    const kind = tag % 8;
    if (![0, 1, 2, 5].includes(kind)) return;
    const length = kind === 2 ? readVarint() : 0;
    const value = kind === 0 ? readVarint() : 0;
    yield { number: Math.floor(tag / 8), bytes: message.subarray(at, at + length), value };
    at += kind === 1 ? 8 : kind === 5 ? 4 : length;
  }
}

/** The text of a message's field, '' where it has none. */
export const textField = (message: Buffer, number: number): string => bytesField(message, number).toString('utf8');

/** The content of a message's field, empty where it has none. */
export function bytesField(message: Buffer, number: number): Buffer {
  for (const field of readFields(message)) if (field.number === number) return field.bytes;
  return Buffer.alloc(0);
}

/** The value of a message's field, 0 where it has none. */
export function numberField(message: Buffer, number: number): number {
  for (const field of readFields(message)) if (field.number === number) return field.value;
  return 0;
}

/** A message of texts, by the numbers of their fields. */
export function writeTexts(texts: Readonly<Record<number, string>>): Buffer {
  return Buffer.concat(Object.entries(texts).map(([number, text]) => writeBytes(Number(number), Buffer.from(text))));
}

/** A message of one field. */
export const writeBytes = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([number * 8 + 2, ...varint(bytes.length)]), bytes]);

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
