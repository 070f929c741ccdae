import { podPort, translate, type Addressing } from '../../world/addressing.ts'
import { MARKER_VARIABLE } from './commands.ts'

/**
 * What a program finds in its environment: the manifest's variables, in which addresses of pods and Services are those
 * that it can reach, and by convention `HOST`, the address that it is to listen on. `PORT` is told where a pod has
 * one port only. What the manifest says wins.
 */
export function programEnvironment(
  env: Readonly<Record<string, string>>,
  pod: { readonly ip: string; readonly marker: string },
  addressing: Addressing,
): Readonly<Record<string, string>> {
  const { host } = translate({ host: pod.ip, port: 0 }, addressing)
  const own: Record<string, string> = { HOST: host }
  if (addressing.by === 'ports') own['PORT'] = String(podPort(pod.ip))
  const translated = Object.entries(env).map(([name, value]) => [
    name,
    value.replaceAll(CLUSTER_ADDRESS, (found) => translateHost(found, addressing)),
  ])
  return { ...own, ...Object.fromEntries(translated), [MARKER_VARIABLE]: pod.marker }
}

const CLUSTER_ADDRESS = /(?<![\d.])10\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.])/g

/** Where a port counts too, a host alone says nothing. */
function translateHost(host: string, addressing: Addressing): string {
  return addressing.by === 'ports' ? host : translate({ host, port: 65_535 }, addressing).host
}
