/** Forms of text that flags and hitless.yaml take alike, and the words that ask for them. */

export const HEX_FORM = 'pairs of hexadecimal digits, such as 0a03776562'
export const SHA256_FORM = '64 hexadecimal digits, as sha256sum prints them'
export const PATTERN_FORM = 'a regular expression as JavaScript has it'
export const GRPC_METHOD_FORM = '/package.Service/Method'

/** RFC 9110, section 5.6.2: what names of headers are made of. */
export function isToken(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text)
}

/** The path of a call: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
export function isGrpcMethod(path: string): boolean {
  return /^\/[!-.0-~]+\/[!-.0-~]+$/.test(path)
}

/** Blanks between the digits do not count. */
export function bytesOfHex(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/\s/g, '')
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) return undefined
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** In lower case. */
export function sha256Of(text: string): string | undefined {
  return /^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : undefined
}

/** Why it is none. */
export function faultOfPattern(pattern: string): string | undefined {
  try {
    // Only to see that it is one.
    void new RegExp(pattern, 'u')
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
