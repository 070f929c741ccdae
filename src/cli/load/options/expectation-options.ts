import { REQUEST_ID_HEADER, type RequestIdentity } from '../../../timeline/request-id.ts'
import {
  faultOfPattern,
  isToken,
  PATTERN_FORM,
  SHA256_FORM,
  sha256Of,
} from '../../../base/text-forms.ts'
import { newRunId } from '../../../load/run-id.ts'
import type { LoadPlan } from '../../../load/plan.ts'
import type { Random } from '../../../world/random.ts'
import { badFlag, statusRanges } from '../../flag-values.ts'

/** Flags about answers, as commander hands them over. */
export interface ExpectationFlags {
  readonly success?: string
  readonly expectBodyLength?: string
  readonly expectBodySha256?: string
  readonly expectBody?: string
  readonly expectHeader?: readonly string[]
  readonly identify?: string
  readonly requestId?: string
}

type Demands = Pick<LoadPlan, 'okStatuses' | 'expected' | 'identify' | 'requestId'>

const SUCCESS_DEFAULT = '200-399'

/** What answers must be, how they say who gave them, and how requests say which they are. */
export function readDemands(flags: ExpectationFlags, random: Random): Demands {
  const expected = expectationOf(flags)
  const identify = identificationOf(flags.identify)
  const requestId = identityOf(flags.requestId, random)
  return {
    okStatuses: statusRanges('--success', flags.success ?? SUCCESS_DEFAULT),
    ...(Object.keys(expected).length === 0 ? {} : { expected }),
    ...(identify === undefined ? {} : { identify }),
    ...(requestId === undefined ? {} : { requestId }),
  }
}

function expectationOf(flags: ExpectationFlags): NonNullable<Demands['expected']> {
  const { expectBodyLength: length, expectBodySha256: sha256, expectBody: pattern } = flags
  if (length !== undefined && !/^\d{1,15}$/.test(length)) {
    throw badFlag('--expect-body-length', length, 'a number of bytes')
  }
  const bodySha256 = sha256 === undefined ? undefined : sha256Of(sha256)
  if (sha256 !== undefined && bodySha256 === undefined) {
    throw badFlag('--expect-body-sha256', sha256, SHA256_FORM)
  }
  if (pattern !== undefined) checkPattern('--expect-body', pattern)
  const headers = (flags.expectHeader ?? []).map(expectedHeader)
  return {
    ...(length === undefined ? {} : { bodyLength: Number(length) }),
    ...(bodySha256 === undefined ? {} : { bodySha256 }),
    ...(pattern === undefined ? {} : { bodyPattern: pattern }),
    ...(headers.length === 0 ? {} : { headers }),
  }
}

function expectedHeader(text: string): { readonly name: string; readonly value: string } {
  const [, name = '', value] = /^([^:]+):\s*(.*?)\s*$/.exec(text) ?? []
  if (isToken(name) && value !== undefined) return { name: name.toLowerCase(), value }
  throw badFlag('--expect-header', text, "'Name: value'")
}

/** `header:NAME` or `body:REGEX`. */
function identificationOf(text: string | undefined): Demands['identify'] {
  if (text === undefined) return undefined
  const [, kind, what = ''] = /^(header|body):(.+)$/s.exec(text) ?? []
  if (kind === 'header' && isToken(what)) {
    return { kind: 'header', name: what.toLowerCase() }
  }
  if (kind === 'body') return { kind: 'body', pattern: checkPattern('--identify', what) }
  throw badFlag('--identify', text, 'header:NAME, or body:REGEX, whose first group is the name')
}

function checkPattern(flag: string, pattern: string): string {
  const fault = faultOfPattern(pattern)
  if (fault === undefined) return pattern
  throw badFlag(flag, `${pattern} (${fault})`, PATTERN_FORM)
}

function identityOf(text: string | undefined, random: Random): RequestIdentity | undefined {
  if (text === 'off') return undefined
  const header = text ?? REQUEST_ID_HEADER
  if (!isToken(header)) {
    throw badFlag('--request-id', header, 'the name of a header, or off')
  }
  return { header, run: newRunId(random) }
}
