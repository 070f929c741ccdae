import { SERVICE, variantsOf, type JsonObject } from './base-objects.ts'

const BALANCED = { 'spec.type': 'LoadBalancer' }
const NAMED = { 'spec.type': 'ExternalName', 'spec.ports': undefined }

/** Faults of Services beyond their ports and selectors. */
export const SERVICE_CASES: readonly (readonly [name: string, object: JsonObject])[] = variantsOf(
  SERVICE,
  {
    'an ExternalName of a bad form': { ...NAMED, 'spec.externalName': 'a_b' },
    'an ExternalName that ends with a dot': { ...NAMED, 'spec.externalName': 'example.com.' },
    'an ExternalName with a cluster IP': {
      ...NAMED,
      'spec.externalName': 'example.com',
      'spec.clusterIP': '10.96.0.77',
    },
    'an ExternalName with families': {
      ...NAMED,
      'spec.externalName': 'example.com',
      'spec.ipFamilies': ['IPv4'],
      'spec.ipFamilyPolicy': 'SingleStack',
    },
    'a headless LoadBalancer': { ...BALANCED, 'spec.clusterIP': 'None' },
    'a family that is not known': { 'spec.ipFamilies': ['IPv5'] },
    'one family twice': { 'spec.ipFamilies': ['IPv4', 'IPv4'] },
    'a family policy that is not known': { 'spec.ipFamilyPolicy': 'Triple' },
    'cluster IPs without a cluster IP': { 'spec.clusterIPs': ['10.96.0.77'] },
    'cluster IPs that contradict': {
      'spec.clusterIP': '10.96.0.77',
      'spec.clusterIPs': ['10.96.0.78'],
    },
    'two cluster IPs of one family': {
      'spec.clusterIP': '10.96.0.77',
      'spec.clusterIPs': ['10.96.0.77', '10.96.0.78'],
    },
    'None among cluster IPs': {
      'spec.clusterIP': 'None',
      'spec.clusterIPs': ['None', '10.96.0.78'],
    },
    'an IPv6 cluster IP of an IPv4 Service': {
      'spec.clusterIP': 'fd00::1',
      'spec.ipFamilies': ['IPv4'],
    },
    'an external IP that is none': { 'spec.externalIPs': ['one'] },
    'an external IP on the loopback': { 'spec.externalIPs': ['127.0.0.1'] },
    'an affinity of no time': {
      'spec.sessionAffinity': 'ClientIP',
      'spec.sessionAffinityConfig': { clientIP: { timeoutSeconds: 0 } },
    },
    'an affinity of two days': {
      'spec.sessionAffinity': 'ClientIP',
      'spec.sessionAffinityConfig': { clientIP: { timeoutSeconds: 172_800 } },
    },
    'an affinity config without affinity': {
      'spec.sessionAffinityConfig': { clientIP: { timeoutSeconds: 10 } },
    },
    'one node port twice': {
      'spec.type': 'NodePort',
      'spec.ports': [
        { name: 'a', port: 80, nodePort: 30_080 },
        { name: 'b', port: 81, nodePort: 30_080 },
      ],
    },
    'an application protocol of a bad form': { 'spec.ports': [{ port: 80, appProtocol: 'a b' }] },
    'source ranges without a load balancer': { 'spec.loadBalancerSourceRanges': ['10.0.0.0/8'] },
    'source ranges that are none': {
      ...BALANCED,
      'spec.loadBalancerSourceRanges': ['10.0.0.0', '10.0.0.0/33'],
    },
    'source ranges by annotation': {
      'metadata.annotations': {
        'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8, ten',
      },
    },
    'node ports of a load balancer without one': { 'spec.allocateLoadBalancerNodePorts': true },
    'a class of load balancers without one': { 'spec.loadBalancerClass': 'example.com/lb' },
    'a class of load balancers of a bad form': { ...BALANCED, 'spec.loadBalancerClass': 'a b' },
    'an external policy inside': { 'spec.externalTrafficPolicy': 'Local' },
    'an external policy that is not known': { ...BALANCED, 'spec.externalTrafficPolicy': 'Any' },
    'an internal policy that is not known': { 'spec.internalTrafficPolicy': 'Any' },
    'a health check port without need': { 'spec.healthCheckNodePort': 30_000 },
    'a distribution that is not known': { 'spec.trafficDistribution': 'Any' },
    'a target port of a long name': {
      'spec.ports': [{ port: 80, targetPort: 'a-very-long-port-name' }],
    },
    'several faults of a Service': {
      'metadata.labels': { a: 'b c' },
      'spec.ports': [
        { name: 'A', port: 0 },
        { port: 70_000, protocol: 'X' },
      ],
      'spec.sessionAffinity': 'Cookie',
      'spec.internalTrafficPolicy': 'Any',
    },
    'topology annotations that contradict': {
      'metadata.annotations': {
        'service.kubernetes.io/topology-aware-hints': 'auto',
        'service.kubernetes.io/topology-mode': 'off',
      },
    },
  },
)
