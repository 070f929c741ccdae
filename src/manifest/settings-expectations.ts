import { faultOfPattern, isToken, PATTERN_FORM, SHA256_FORM, sha256Of } from '../base/text-forms.ts'
import type { SettingsNode } from './settings-node.ts'
import { holdsSessions } from './settings-sessions.ts'
import type { LoadSettings } from './settings.ts'

type Nodes = Readonly<Record<string, SettingsNode | undefined>>
type Expected = NonNullable<LoadSettings['expected']>

const KEYS = ['expectHeaders', 'expectBody', 'expectBodyLength', 'expectBodySha256']
const LENGTH = { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true }
/** As many as the engine looks at. */
const HEADERS_MAX = 8

/** What answers must be besides their status. */
export function readExpected(
  nodes: Nodes,
  protocol: LoadSettings['protocol'],
): Pick<LoadSettings, 'expected'> {
  if (holdsSessions(protocol)) {
    for (const key of KEYS) nodes[key]?.refuse('is not for sessions')
    return {}
  }
  if (protocol === 'grpc') {
    nodes['success']?.refuse('is not for grpc', 'leave it out: a call succeeds with the status OK')
  }
  const bodyLength = nodes['expectBodyLength']?.number(LENGTH)
  const bodySha256 = readSha256(nodes['expectBodySha256'])
  const bodyPattern = readPattern(nodes['expectBody'])
  const headers = readHeaders(nodes['expectHeaders'])
  const expected = {
    ...(bodyLength === undefined ? {} : { bodyLength }),
    ...(bodySha256 === undefined ? {} : { bodySha256 }),
    ...(bodyPattern === undefined ? {} : { bodyPattern }),
    ...(headers.length === 0 ? {} : { headers }),
  }
  return Object.keys(expected).length === 0 ? {} : { expected }
}

function readSha256(node: SettingsNode | undefined): string | undefined {
  const text = node?.text()
  if (text === undefined) return undefined
  return sha256Of(text) ?? node?.refuse(`takes ${SHA256_FORM}`)
}

function readPattern(node: SettingsNode | undefined): string | undefined {
  const text = node?.text()
  if (text === undefined) return undefined
  const fault = faultOfPattern(text)
  return fault === undefined ? text : node?.refuse(`takes ${PATTERN_FORM}`, fault)
}

function readHeaders(node: SettingsNode | undefined): NonNullable<Expected['headers']> {
  const entries = node?.entries() ?? []
  if (entries.length > HEADERS_MAX) node?.refuse(`takes ${HEADERS_MAX} headers at most`)
  return entries.flatMap(([name, value]) => {
    const text = value.anyText()
    if (!isToken(name)) value.refuse('is no header: its name has other characters')
    if (text !== undefined && /(?!\t)\p{Cc}/u.test(text.trim())) {
      value.refuse('is no header: its value has a line break or another control character')
    }
    return text === undefined ? [] : [{ name: name.toLowerCase(), value: text.trim() }]
  })
}
