/** Commit messages of the demo's Woodpecker, by repository. */
export const messages: Record<string, readonly string[]> = {
  'api-gateway': [
    'Time out slow upstreams after 8 s',
    '网关：按租户限流',
    'Pass the request id on',
    'Refuse bodies over 10 MB before reading them',
    '修复：长连接断开后计数不归零',
  ],
  'shop-deploy': [
    'Base image 2026-10',
    '缩小镜像体积',
    'Probe readiness on /healthz',
    '滚动发布一次一个副本',
  ],
  'cluster-config': ['Raise the memory limit of search', '新增预发命名空间', 'Drop the old ingress'],
  'video-encoder': ['Two-pass for films over a minute', '封面图取第三秒', 'Keep the source for a week'],
};
