import { describe, expect, test } from 'vitest'
import type { Pod, PodSpec } from '../../api/pod.ts'
import { hostsFile } from './hosts-file.ts'
import { podHostname } from '../pod/pod-hostname.ts'
import { formatResolvConf, nameResolution, parseResolvConf } from './resolv-conf.ts'

const podOf = (spec: Partial<PodSpec> = {}, name = 'web-1'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop' },
  spec: { containers: [], ...spec },
})

const long = `${'a'.repeat(62)}-${'b'.repeat(30)}`

describe('the host name', () => {
  test.each<[string, string, Pod]>([
    ['that of the pod', 'web-1', podOf()],
    ['the one in the manifest', 'other', podOf({ hostname: 'other', subdomain: 'net' })],
    ['cut off behind 63 characters, and not after a dash', 'a'.repeat(62), podOf({}, long)],
    [
      'the whole name where it is wanted',
      'web-1.net.shop.svc.cluster.local',
      podOf({ subdomain: 'net', setHostnameAsFQDN: true }),
    ],
    ['short without a subdomain', 'web-1', podOf({ setHostnameAsFQDN: true })],
  ])('is %s', (_, expected, pod) => {
    expect(podHostname(pod)).toBe(expected)
  })

  test('may be too long for the kernel as a whole', () => {
    const pod = podOf({ subdomain: 'n'.repeat(40), setHostnameAsFQDN: true })
    const fqdn = `web-1.${'n'.repeat(40)}.shop.svc.cluster.local`
    expect(() => podHostname(pod)).toThrow(
      `failed to construct FQDN from pod hostname and cluster domain, FQDN ${fqdn} is too long (64 characters is the max, 69 characters requested)`,
    )
  })
})

const HOSTS = `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`

describe('/etc/hosts', () => {
  test.each<[string, string, Pod, string | undefined]>([
    ['the pod alone', '10.0.0.2\tweb-1\n', podOf(), undefined],
    [
      'its name in the subdomain',
      '10.0.0.2\tweb-1.net.shop.svc.cluster.local\tweb-1\n',
      podOf({ subdomain: 'net' }),
      undefined,
    ],
    [
      'aliases',
      '10.0.0.2\tweb-1\n\n# Entries added by HostAliases.\n1.2.3.4\ta\tb\n5.6.7.8\tc\n',
      podOf({
        hostAliases: [
          { ip: '1.2.3.4', hostnames: ['a', 'b'] },
          { ip: '5.6.7.8', hostnames: ['c'] },
        ],
      }),
      undefined,
    ],
    [
      'the host where pods reach it',
      '10.0.0.2\tweb-1\n10.1.0.1\thost.hitless.internal\n',
      podOf(),
      '10.1.0.1',
    ],
  ])('has %s', (_, expected, pod, hostAddress) => {
    expect(hostsFile(pod, '10.0.0.2', hostAddress)).toBe(HOSTS + expected)
  })
})

describe('/etc/resolv.conf', () => {
  const host = parseResolvConf(
    '# comment\nnameserver 1.1.1.1\nsearch old\nsearch corp.example. . lan\noptions ndots:1 rotate\noptions ndots:2\n',
  )
  const dnsConfig = {
    nameservers: ['9.9.9.9', '1.1.1.1'],
    searches: ['mine', 'lan'],
    options: [{ name: 'ndots', value: '3' }, { name: 'edns0' }],
  }
  const cluster = ['10.96.0.10']
  const own = 'search corp.example lan\nnameserver 1.1.1.1\noptions ndots:2 rotate\n'
  const ofCluster =
    'search shop.svc.cluster.local svc.cluster.local cluster.local corp.example lan\nnameserver 10.96.0.10\noptions ndots:5\n'
  test.each<[string, Partial<PodSpec>, readonly string[], string]>([
    ["the host's where the cluster has no DNS", {}, [], own],
    ["the cluster's", {}, cluster, ofCluster],
    [
      "the cluster's on the host's network too",
      { dnsPolicy: 'ClusterFirstWithHostNet' },
      cluster,
      ofCluster,
    ],
    ["the host's for Default", { dnsPolicy: 'Default' }, cluster, own],
    [
      'what the pod adds',
      { dnsPolicy: 'Default', dnsConfig },
      cluster,
      'search corp.example lan mine\nnameserver 1.1.1.1\nnameserver 9.9.9.9\noptions ndots:3 rotate edns0\n',
    ],
    [
      "the pod's own for None",
      { dnsPolicy: 'None', dnsConfig },
      cluster,
      'search mine lan\nnameserver 9.9.9.9\nnameserver 1.1.1.1\noptions ndots:3 edns0\n',
    ],
  ])('is %s', (_, spec, servers, expected) => {
    expect(formatResolvConf(nameResolution(podOf(spec), host, servers))).toBe(expected)
  })

  test('holds no more than resolvers take', () => {
    const nameservers = ['1.0.0.1', '1.0.0.2', '1.0.0.3', '1.0.0.4']
    const searches = [
      'x'.repeat(254),
      ...Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(100, 'y')),
    ]
    const pod = podOf({ dnsPolicy: 'None', dnsConfig: { nameservers, searches } })
    const found = nameResolution(pod, host, [])
    expect(found.servers).toEqual(nameservers.slice(0, 3))
    expect(found.searches).toEqual(searches.slice(1, 21))
  })
})
