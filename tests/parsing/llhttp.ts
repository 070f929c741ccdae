import { INCOMPLETE, type ParserVerdict } from './verdict.ts'

/** The parser of Node's HTTP client: llhttp behind a thin layer, which `node:http` drives so. */
interface HttpParser {
  initialize(kind: number, resource: object, headBytesMax: number, leniency: number): void
  execute(bytes: Uint8Array): number | (Error & { code: string })
  finish(): (Error & { code: string }) | undefined
  close(): void
  [callback: number]: (...values: never[]) => number | void
}

interface HttpParserClass {
  new (): HttpParser
  readonly RESPONSE: number
  readonly kLenientNone: number
  readonly kOnMessageBegin: number
  readonly kOnHeaders: number
  readonly kOnHeadersComplete: number
  readonly kOnBody: number
  readonly kOnMessageComplete: number
}

const HEAD_BYTES_MAX = 65_536
/** What the callback at the end of a head answers: as llhttp wants to know it. */
const BODY_AS_FRAMED = 0
const NO_BODY = 1
const NEXT_ANSWER = Uint8Array.of('H'.charCodeAt(0))

const http = process.getBuiltinModule('_http_common')
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an inner module, which has no types
const { HTTPParser } = http as unknown as { HTTPParser: HttpParserClass }

/** The verdict of llhttp, asked as Node's client asks it: not leniently. */
export function theirVerdict(pieces: readonly Uint8Array[], toHead: boolean): ParserVerdict {
  const reading = new Reading(toHead)
  try {
    return reading.read(pieces)
  } finally {
    reading.close()
  }
}

type HeadValues = [
  major: number,
  minor: number,
  headers: string[] | undefined,
  method: undefined,
  url: string,
  status: number,
]

class Reading {
  readonly #parser = new HTTPParser()
  /** Of the first answer that is not an interim one. */
  #progress: 'before' | 'within' | 'complete' | 'followed' = 'before'
  #status = 0
  #body = ''
  #headers: string[] = []

  constructor(toHead: boolean) {
    const parser = this.#parser
    parser.initialize(HTTPParser.RESPONSE, {}, HEAD_BYTES_MAX, HTTPParser.kLenientNone)
    parser[HTTPParser.kOnMessageBegin] = () => {
      if (this.#progress === 'complete') this.#progress = 'followed'
      if (this.#progress === 'before') this.#headers = []
    }
    parser[HTTPParser.kOnHeaders] = (lines: string[]) => {
      // What comes after the head are trailers.
      if (this.#progress === 'before') this.#headers.push(...lines)
    }
    parser[HTTPParser.kOnHeadersComplete] = (...[, , last, , , status]: HeadValues) => {
      if (this.#progress !== 'before') return NO_BODY
      this.#status = status
      this.#headers.push(...(last ?? []))
      if (status >= 100 && status < 200) return NO_BODY
      this.#progress = 'within'
      return toHead ? NO_BODY : BODY_AS_FRAMED
    }
    parser[HTTPParser.kOnBody] = (bytes: Buffer) => {
      if (this.#progress === 'within') this.#body += bytes.toString('latin1')
    }
    parser[HTTPParser.kOnMessageComplete] = () => {
      if (this.#progress === 'within') this.#progress = 'complete'
    }
  }

  read(pieces: readonly Uint8Array[]): ParserVerdict {
    const fault = this.#feed(pieces)
    if (this.#status === 101) return { ...INCOMPLETE, kind: 'refused', fault: 'switched protocols' }
    switch (this.#progress) {
      case 'followed':
        return this.#answer('followed', false, fault)
      case 'complete': {
        if (fault !== '') return this.#answer('followed', false, fault)
        // Whether the connection goes on is told by what it makes of one byte more.
        const keepsAlive = typeof this.#parser.execute(NEXT_ANSWER) === 'number'
        return this.#answer('whole', keepsAlive, '')
      }
      case 'before':
      case 'within':
        return this.#end(fault)
    }
  }

  close(): void {
    this.#parser.close()
  }

  /** The code of the first error, or nothing. */
  #feed(pieces: readonly Uint8Array[]): string {
    for (const piece of pieces) {
      const read = this.#parser.execute(piece)
      if (typeof read !== 'number') return read.code
    }
    return ''
  }

  /** The answer has not ended by itself: its end may be that of the connection. */
  #end(feedFault: string): ParserVerdict {
    const fault = feedFault === '' ? (this.#parser.finish()?.code ?? '') : feedFault
    if (feedFault === '' && this.#wasCompletedByEnd()) return this.#answer('whole', false, '')
    const isShort = fault === '' || fault === 'HPE_INVALID_EOF_STATE'
    return { ...INCOMPLETE, kind: isShort ? 'short' : 'refused', fault }
  }

  #wasCompletedByEnd(): boolean {
    return this.#progress === 'complete'
  }

  #answer(kind: 'whole' | 'followed', keepsAlive: boolean, fault: string): ParserVerdict {
    const [status, body, pod] = [this.#status, this.#body, podOf(this.#headers)]
    return { kind, status, keepsAlive, body, pod, fault }
  }
}

/** Of names and values in turn. */
function podOf(lines: readonly string[]): string | undefined {
  let pod: string | undefined
  for (let at = 0; at < lines.length; at += 2) {
    if (lines[at]!.toLowerCase() !== 'x-pod') continue
    pod = pod === undefined ? lines[at + 1]! : `${pod}, ${lines[at + 1]!}`
  }
  return pod
}
