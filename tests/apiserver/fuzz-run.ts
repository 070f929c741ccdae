import { fuzzedRequests, type FuzzedRequest } from './fuzzer.ts'
import { startTestApiServer, TOKEN } from '../support/running-api-server.ts'

/** What should not have happened, with the request that did it. */
export interface FuzzFinding {
  readonly number: number
  readonly request: FuzzedRequest
  readonly what: string
}

/** The requests do not wait for a stream longer than this. */
const ANSWER_MS = 10_000

/**
 * Sends `count` requests of a seed to a new API server. A finding is a status of 500 or above, an answer that is
 * no Status, or a fault that the server has told.
 */
export async function fuzz(seed: number, count: number): Promise<readonly FuzzFinding[]> {
  const running = await startTestApiServer()
  const findings: FuzzFinding[] = []
  const requests = fuzzedRequests(seed)
  try {
    for (let number = 0; number < count; number++) {
      const request = requests.next().value
      const faults = running.faults.length
      const what = await send(running.url, request)
      const fault = running.faults[faults]
      const told = fault instanceof Error ? (fault.stack ?? fault.message) : undefined
      if (told !== undefined) findings.push({ number, request, what: told })
      else if (what !== undefined) findings.push({ number, request, what })
      if (findings.length >= 20) break
    }
  } finally {
    await running.close()
  }
  return findings
}

/**
 * Of 504 and 500, which are Kubernetes' answers too: a version of the future, an apply that does not fit the schema,
 * a version that is no number, and a directive of a strategic merge patch with a wrong type.
 */
const REFUSALS = [
  'Too large resource version',
  'failed to create typed patch object',
  'strconv.ParseUint: parsing',
  'expected a []interface {}, but received',
]

async function send(
  url: string,
  { method, path, headers, body }: FuzzedRequest,
): Promise<string | undefined> {
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, authorization: `Bearer ${TOKEN}` },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  const text = await response.text()
  if (response.status < 400 || method === 'HEAD') return undefined
  const isRefusal = response.status < 500 || REFUSALS.some((words) => text.includes(words))
  if (!isRefusal) return `${response.status} ${text}`
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
  if (!isJson) return response.status === 404 ? undefined : `${response.status} ${text}`
  const status: unknown = JSON.parse(text)
  const isStatus =
    typeof status === 'object' && status !== null && 'kind' in status && status.kind === 'Status'
  return isStatus ? undefined : `${response.status} ${text}`
}
