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

/** Throws for what is not base64url. */
export function decodeBase64Url(text: string): string {
  const encoded = text.replaceAll('-', '+').replaceAll('_', '/')
  return new TextDecoder().decode(decodeBase64(encoded))
}
