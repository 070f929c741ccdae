import { fieldsOf, isFields } from '../../src/base/fields.ts'
import type { RequestCase } from './request-case.ts'
import { REQUEST_CASES, REQUEST_NAMESPACE } from './request-cases.ts'

/** What is compared of an answer. */
export interface RecordedAnswer {
  readonly name: string
  readonly status: number
  readonly contentType: string
  readonly warning?: string
  readonly body: unknown
}

/** Asks all cases in order, each on top of what those before have left. */
export async function askAll(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<readonly RecordedAnswer[]> {
  const answers: RecordedAnswer[] = []
  for (const each of REQUEST_CASES) answers.push(await ask(url, headers, each))
  return answers
}

async function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
  { name, method, path, headers: own = {}, body = '', statusFields = [] }: RequestCase,
): Promise<RecordedAnswer> {
  const response = await fetch(url + path.replaceAll('NS', REQUEST_NAMESPACE), {
    method,
    // Fetch would say of itself that it is one program, and by that name it would manage fields.
    headers: { 'user-agent': 'request-cases', ...headers, ...own },
    ...(method === 'GET' ? {} : { body }),
  })
  const text = await response.text()
  const warning = response.headers.get('warning')
  const contentType = response.headers.get('content-type') ?? ''
  const isJson = contentType.startsWith('application/json')
  return {
    name,
    status: response.status,
    contentType,
    ...(warning === null ? {} : { warning }),
    body: isJson ? withStatus(JSON.parse(text), statusFields) : text,
  }
}

function withStatus(answer: unknown, fields: readonly string[]): unknown {
  const rest = masked(answer)
  const { status } = fieldsOf(answer)
  if (!isFields(rest) || !isFields(status)) return rest
  const shown = Object.entries(status).filter(([field]) => fields.includes(field))
  return shown.length === 0 ? rest : { ...rest, status: masked(Object.fromEntries(shown)) }
}

const VOLATILE: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'continue',
  'lastTransitionTime',
  'lastUpdateTime',
  'observedGeneration',
])
/** What controllers write, at a time of their own. */
const DROPPED: ReadonlySet<string> = new Set(['managedFields', 'annotations', 'status'])

/** Identities and times differ from run to run; who manages which field is compared elsewhere. */
function masked(value: unknown): unknown {
  // Kubernetes puts one into every namespace.
  if (Array.isArray(value)) {
    return value.filter((item) => !isRootAuthority(item)).map((item: unknown) => masked(item))
  }
  if (typeof value === 'string') {
    return value
      .replaceAll(/Invalid value: "\{.*\}"/g, 'Invalid value: OBJECT')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !DROPPED.has(key) || typeof item === 'string')
      .map(([key, item]: [string, unknown]) => [key, VOLATILE.has(key) ? '*' : masked(item)]),
  )
}

function isRootAuthority(item: unknown): boolean {
  return JSON.stringify([item]).includes('"name":"kube-root-ca.crt"')
}
