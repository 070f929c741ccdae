/** With padding (RFC 4648, section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** White space is passed over. Throws for what is not base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

/** A text in UTF-8, by the alphabet of URLs and without padding (RFC 4648, section 5). */
export function encodeBase64Url(text: string): string {
  const encoded = encodeBase64(new TextEncoder().encode(text))
  return encoded.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Whether it is written in that alphabet to the last character, and the last group is a whole number of bytes. */
export function isBase64Url(text: string): boolean {
  return /^[\w-]*$/.test(text) && text.length % 4 !== 1
}

/** Throws for what is not base64url. */
export function decodeBase64Url(text: string): string {
  if (!isBase64Url(text)) throw new RangeError('not base64url')
  const encoded = text.replaceAll('-', '+').replaceAll('_', '/')
  return new TextDecoder().decode(decodeBase64(encoded))
}
