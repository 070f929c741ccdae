/**
 * The grammars of names, labels and ports: each function answers with what is wrong, in Kubernetes'
 * words, and with nothing when the value is fine.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const DNS_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const CONFIG_KEY = '[-._a-zA-Z0-9]+'
const HEADER = '[-A-Za-z0-9]+'

const LABEL_UNDERSCORE = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const SUBDOMAIN_UNDERSCORE = `${LABEL_UNDERSCORE}(\\.${LABEL_UNDERSCORE})*`
const WILDCARD = `\\*\\.${SUBDOMAIN}`

const WHOLE_CONFIG_KEY = whole(CONFIG_KEY)
const WHOLE_DNS_1035 = whole(DNS_1035)
const WHOLE_HEADER = whole(HEADER)
const WHOLE_LABEL = whole(LABEL)
const WHOLE_LABEL_VALUE = whole(`(${QUALIFIED})?`)
const WHOLE_QUALIFIED = whole(QUALIFIED)
const WHOLE_SUBDOMAIN = whole(SUBDOMAIN)
const WHOLE_SUBDOMAIN_UNDERSCORE = whole(SUBDOMAIN_UNDERSCORE)
const WHOLE_WILDCARD = whole(WILDCARD)

const QUALIFIED_RULE = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`
const LABEL_VALUE_RULE = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${QUALIFIED})?')`
const SUBDOMAIN_RULE = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`
const SUBDOMAIN_UNDERSCORE_RULE = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN_UNDERSCORE}')`
const WILDCARD_RULE = `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '${WILDCARD}')`
const LABEL_RULE = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`
const DNS_1035_RULE = `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${DNS_1035}')`
const CONFIG_KEY_RULE = `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '${CONFIG_KEY}')`
const HEADER_RULE = `a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '${HEADER}')`
const PERCENT_RULE = `a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`

/** `example.com`: the name of most objects. */
export function checkSubdomain(value: string): readonly string[] {
  return [...lengthOf(value, 253), ...when(!matches(WHOLE_SUBDOMAIN, value), SUBDOMAIN_RULE)]
}

/** The same with underscores, as search domains have them. */
export function checkSearchDomain(value: string): readonly string[] {
  return [
    ...lengthOf(value, 253),
    ...when(!matches(WHOLE_SUBDOMAIN_UNDERSCORE, value), SUBDOMAIN_UNDERSCORE_RULE),
  ]
}

/** `*.example.com`, and names without an asterisk. */
export function checkHost(value: string): readonly string[] {
  if (!value.includes('*')) return checkSubdomain(value)
  return [...lengthOf(value, 253), ...when(!matches(WHOLE_WILDCARD, value), WILDCARD_RULE)]
}

/** A name before a random part is put behind it: it may end with a dash. */
export function asPrefix(prefix: string): string {
  return prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix
}

/** What no name may have, as it is a part of a URL (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names). */
export function checkPathSegment(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`)
}

/** `my-name`: containers, ports of a Service, Namespaces, host names. */
export function checkLabel(value: string): readonly string[] {
  const rule = matches(WHOLE_SUBDOMAIN, value) ? 'must not contain dots' : LABEL_RULE
  return [...lengthOf(value, 63), ...when(!matches(WHOLE_LABEL, value), rule)]
}

/** `my-name`, which starts with a letter: Services. */
export function checkDns1035(value: string): readonly string[] {
  return [...lengthOf(value, 63), ...when(!matches(WHOLE_DNS_1035, value), DNS_1035_RULE)]
}

/** `example.com/MyName`: keys of labels and annotations. */
export function checkQualifiedName(value: string): readonly string[] {
  const parts = value.split('/')
  const [prefix, name] = parts.length === 1 ? [undefined, parts[0]] : parts
  if (parts.length > 2 || name === undefined) {
    return [
      `a qualified name ${QUALIFIED_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  const ofPrefix =
    prefix === ''
      ? ['prefix part must be non-empty']
      : checkSubdomain(prefix ?? 'none').map((detail) => `prefix part ${detail}`)
  return [
    ...ofPrefix,
    ...when(name === '', 'name part must be non-empty'),
    ...lengthOf(name, 63).map((detail) => `name part ${detail}`),
    ...when(!matches(WHOLE_QUALIFIED, name), `name part ${QUALIFIED_RULE}`),
  ]
}

export function checkLabelValue(value: string): readonly string[] {
  return [...lengthOf(value, 63), ...when(!matches(WHOLE_LABEL_VALUE, value), LABEL_VALUE_RULE)]
}

/** The name of a container's port (RFC 6335). */
export function checkPortName(value: string): readonly string[] {
  return [
    ...lengthOf(value, 15),
    ...when(
      !/^[-a-z0-9]+$/.test(value),
      'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    ),
    ...when(!/[a-z]/.test(value), 'must contain at least one letter (a-z)'),
    ...when(value.includes('--'), 'must not contain consecutive hyphens'),
    ...when(/^-|-$/.test(value), 'must not begin or end with a hyphen'),
  ]
}

export function checkPortNumber(value: number): readonly string[] {
  return checkRange(value, 1, 65_535)
}

/** The number of a user or group of a Unix system. */
export function checkUnixId(value: number): readonly string[] {
  return checkRange(value, 0, 2 ** 31 - 1)
}

export function checkRange(value: number, least: number, most: number): readonly string[] {
  return when(!(value >= least && value <= most), `must be between ${least} and ${most}, inclusive`)
}

/** A port by number, or by the name of a container's port; absent counts as 0, as it does in Go. */
export function checkPortReference(value: number | string | undefined): readonly string[] {
  return typeof value === 'string' ? checkPortName(value) : checkPortNumber(value ?? 0)
}

export function checkConfigKey(value: string): readonly string[] {
  return [
    ...lengthOf(value, 253),
    ...when(!matches(WHOLE_CONFIG_KEY, value), CONFIG_KEY_RULE),
    ...(value === '.' || value === '..'
      ? [`must not be '${value}'`]
      : when(value.startsWith('..'), "must not start with '..'")),
  ]
}

export function checkVariableName(value: string): readonly string[] {
  return when(
    !/^[ -<>-~]+$/.test(value),
    "a valid environment variable name must consist only of printable ASCII characters other than '='",
  )
}

export function checkHeaderName(value: string): readonly string[] {
  return when(!matches(WHOLE_HEADER, value), HEADER_RULE)
}

/** A number of pods, or a percentage. */
export function checkCountOrPercent(value: number | string): readonly string[] {
  if (typeof value === 'string') return when(!/^[0-9]+%$/.test(value), PERCENT_RULE)
  return checkNotNegative(value)
}

export function checkNotNegative(value: number): readonly string[] {
  return when(value < 0, 'must be greater than or equal to 0')
}

export function checkPositive(value: number): readonly string[] {
  return when(value <= 0, 'must be greater than zero')
}

function matches(pattern: RegExp, value: string): boolean {
  return pattern.test(value)
}

/** The whole text. */
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`)
}

function lengthOf(value: string, charactersMax: number): readonly string[] {
  return when(value.length > charactersMax, `must be no more than ${charactersMax} characters`)
}

function when(condition: boolean, detail: string): readonly string[] {
  return condition ? [detail] : []
}
