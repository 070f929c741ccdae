import { ResponseParser } from '../../src/load/protocols/http1/response-parser.ts'
import { SelectedHeaders } from '../../src/load/protocols/http1/selected-headers.ts'
import { INCOMPLETE, type ParserVerdict } from './verdict.ts'

/** The verdict of our own parser on an answer that arrives in these pieces. */
export function ourVerdict(pieces: readonly Uint8Array[], toHead: boolean): ParserVerdict {
  const selected = new SelectedHeaders(['x-pod'])
  const parser = new ResponseParser(selected)
  let body = ''
  const take = (bytes: Uint8Array) => {
    for (const byte of bytes) body += String.fromCharCode(byte)
  }
  parser.start(toHead, { take })
  let state: string = 'more'
  let isFollowed = false
  for (const piece of pieces) {
    if (state === 'done') isFollowed ||= piece.length > 0
    if (state !== 'more') continue
    state = parser.feed(piece)
    isFollowed = state === 'done' && parser.consumed < piece.length
  }
  const { keepsAlive } = parser
  if (state === 'more') state = parser.close()
  if (state === 'more') return { ...INCOMPLETE, kind: 'short', fault: '' }
  if (state === 'malformed') return { ...INCOMPLETE, kind: 'refused', fault: parser.fault }
  const { status } = parser.head
  const kind = isFollowed ? 'followed' : 'whole'
  return { kind, status, keepsAlive, body, pod: selected.value(0), fault: '' }
}
