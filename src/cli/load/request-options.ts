import type { RequestTemplate } from '../../load/plan.ts'
import { badFlag } from '../flag-values.ts'
import type { LoadFlags } from './load-options.ts'

export function requestOf(path: string, flags: LoadFlags): RequestTemplate {
  const { data } = flags
  const headers = Object.fromEntries((flags.header ?? []).map(headerOf))
  return {
    method: flags.method ?? (data === undefined ? 'GET' : 'POST'),
    path,
    headers,
    ...(data === undefined ? {} : { body: data }),
    weight: 1,
  }
}

function headerOf(text: string): [name: string, value: string] {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw badFlag('--header', text, "'Name: value', as curl takes it")
  }
  return [name, value]
}
