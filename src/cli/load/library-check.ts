import { HitlessError } from '../../base/error.ts'
import { isFields } from '../../base/fields.ts'
import { LOAD_PROTOCOLS } from '../../load/plan.ts'

type Check = readonly [wanted: string, holds: (value: unknown) => boolean]

const NUMBER: Check = ['a number', (value) => typeof value === 'number' && !Number.isNaN(value)]
const OBJECT: Check = ['an object', isFields]
const FUNCTION: Check = ['a function', (value) => typeof value === 'function']

/** What each option has to be before a plan is made of it, which says the rest of what is wrong. */
const CHECKS: Readonly<Record<string, Check>> = {
  ratePerSecond: NUMBER,
  users: NUMBER,
  workers: NUMBER,
  requestsMax: ['a whole number', Number.isSafeInteger],
  durationMs: NUMBER,
  timeoutMs: NUMBER,
  connectTimeoutMs: NUMBER,
  connectionsMax: NUMBER,
  tls: OBJECT,
  session: OBJECT,
  expected: OBJECT,
  identify: OBJECT,
  requestId: OBJECT,
  arrivals: [
    "an object of the kind 'rate', 'recorded' or 'users'",
    (value) => isFields(value) && holdsArrivals(value),
  ],
  requests: ['a list of requests', (value) => isListOf(value, isRequest)],
  lanes: ['a list of lanes', (value) => isListOf(value, isFields)],
  okStatuses: ['a list of ranges [low, high]', (value) => isListOf(value, isRange)],
  protocol: [
    `one of ${LOAD_PROTOCOLS.join(', ')}`,
    (value) => LOAD_PROTOCOLS.some((p) => p === value),
  ],
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
  onRow: FUNCTION,
  onRecord: FUNCTION,
}

/** Programs are not all type-checked: throws `load-plan-invalid` for what no plan can be made of, naming the option. */
export function checkOptions(options: unknown): void {
  if (!isFields(options)) throw invalid('the options', options, 'an object')
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined
    if (check === undefined) {
      throw new HitlessError('load-plan-invalid', `there is no option ${name}`, {
        exitCode: 2,
        hint: `there are ${Object.keys(CHECKS).join(', ')}`,
      })
    }
    const [wanted, holds] = check
    if (!holds(value)) throw invalid(name, value, wanted)
  }
}

function holdsArrivals({ kind, stages, offsetsNs, users }: Readonly<Record<string, unknown>>) {
  if (kind === 'rate') return isListOf(stages, isFields)
  if (kind === 'recorded') return isListOf(offsetsNs, (at) => typeof at === 'number')
  return kind === 'users' && typeof users === 'number'
}

function isRequest(value: unknown): boolean {
  if (!isFields(value)) return false
  const { method, path, headers, body, weight } = value
  return (
    typeof method === 'string' &&
    typeof path === 'string' &&
    isFields(headers) &&
    Object.values(headers).every((header) => typeof header === 'string') &&
    (body === undefined || typeof body === 'string' || body instanceof Uint8Array) &&
    typeof weight === 'number'
  )
}

function isRange(value: unknown): boolean {
  return isListOf(value, (bound) => typeof bound === 'number') && value.length === 2
}

function isListOf(value: unknown, holds: (item: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(holds)
}

function invalid(name: string, value: unknown, wanted: string): HitlessError {
  const shown = typeof value === 'string' ? `'${value.slice(0, 40)}'` : kindOf(value)
  return new HitlessError('load-plan-invalid', `${name}: ${shown} is not ${wanted}`, {
    exitCode: 2,
    hint: `make it ${wanted}`,
  })
}

function kindOf(value: unknown): string {
  if (value === null || typeof value === 'number') return String(value)
  return Array.isArray(value) ? 'this list' : `this ${typeof value}`
}
