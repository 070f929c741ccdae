import { TOKEN } from './running-api-server.ts'

export interface WatchLine {
  readonly type: string
  // oxlint-disable-next-line typescript/no-explicit-any -- a test says itself what it expects
  readonly object: any
}

export interface OpenWatch {
  readonly status: number
  /** The next event; undefined when the server has ended the watch. Fails after five seconds. */
  next(): Promise<WatchLine | undefined>
  /** `TYPE name` of the next `count` events. */
  names(count: number): Promise<readonly string[]>
  stop(): void
}

/** A watch as a client of the API sees it: JSON lines over HTTP. */
export async function openWatch(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<OpenWatch> {
  const abort = new AbortController()
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    signal: abort.signal,
  })
  const lines = linesOf(response)
  const next = async () => {
    const deadline = AbortSignal.timeout(5_000)
    const result = await Promise.race([
      lines.next(),
      new Promise<never>((_resolve, reject) => {
        deadline.addEventListener('abort', () => reject(new Error('no event within five seconds')))
      }),
    ])
    if (result.done === true) return undefined
    const line: WatchLine = JSON.parse(result.value)
    return line
  }
  return {
    status: response.status,
    next,
    async names(count) {
      const names: string[] = []
      for (let index = 0; index < count; index++) {
        const line = await next()
        names.push(line === undefined ? 'END' : `${line.type} ${line.object.metadata?.name ?? ''}`)
      }
      return names
    },
    stop: () => abort.abort(),
  }
}

async function* linesOf(response: Response): AsyncGenerator<string, undefined> {
  let rest = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  return undefined
}
