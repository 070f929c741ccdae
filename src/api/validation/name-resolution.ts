import { validateIp } from './addresses.ts'
import { invalid, invalidAll, required, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkSearchDomain, checkSubdomain } from './names.ts'

/** What a resolver of a Linux system takes. */
const NAMESERVERS_MAX = 3
const SEARCHES_MAX = 32
const SEARCH_CHARACTERS_MAX = 2048

/** https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-dns-config */
export function validateDnsConfig(config: Field, policy: string): readonly FieldFault[] {
  const nameservers = config.field('nameservers')
  if (policy === 'None') {
    if (!config.isPresent) {
      return [required(config, 'must provide `dnsConfig` when `dnsPolicy` is None')]
    }
    if (nameservers.items.length === 0) {
      const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None'
      return [required(nameservers, detail)]
    }
  }
  return [
    ...(nameservers.items.length > NAMESERVERS_MAX
      ? [
          invalid(
            nameservers,
            nameservers.texts,
            `must not have more than ${NAMESERVERS_MAX} nameservers`,
          ),
        ]
      : []),
    ...nameservers.items.flatMap(validateIp),
    ...validateSearches(config.field('searches')),
    ...config
      .field('options')
      .items.filter((option) => option.field('name').text === '')
      .map((option) => required(option, 'must not be empty')),
  ]
}

function validateSearches(searches: Field): readonly FieldFault[] {
  const { texts } = searches
  const details = [
    ...(texts.length > SEARCHES_MAX
      ? [`must not have more than ${SEARCHES_MAX} search paths`]
      : []),
    ...(texts.join(' ').length > SEARCH_CHARACTERS_MAX
      ? [
          `must not have more than ${SEARCH_CHARACTERS_MAX} characters (including spaces) in the search list`,
        ]
      : []),
  ]
  return [
    ...invalidAll(searches, texts, details),
    ...searches.items.flatMap((search) => {
      if (search.text === '.') return []
      const domain = search.text.replace(/\.$/, '')
      return invalidAll(search, domain, checkSearchDomain(domain))
    }),
  ]
}

/** https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/ */
export function validateHostAliases(aliases: Field): readonly FieldFault[] {
  return aliases.items.flatMap((alias) => [
    ...validateIp(alias.field('ip')),
    ...alias
      .field('hostnames')
      .items.flatMap((name) => invalidAll(name, name.text, checkSubdomain(name.text))),
  ])
}
