import type { ErrorCode } from '../../model/errors.ts';

/**
 * For each code, the first text whose values the error carries; `{{message}}`, the daemon's own English
 * sentence, is always there and comes last.
 */
export const errorsZhCN: Readonly<Record<ErrorCode, readonly string[]>> = {
  'network-not-found': ['没有名称或 UUID 为“{{network}}”的网络', '没有这个网络：{{message}}'],
  'network-exists': ['操作失败，网络“{{network}}”已经存在：{{message}}', '操作失败：{{message}}'],
  'port-not-found': ['没有名称或 UUID 为“{{port}}”的网络端口', '没有这个网络端口：{{message}}'],
  'port-exists': ['网络端口“{{port}}”已经存在', '网络端口已经存在：{{message}}'],
  'interface-not-found': ['没有名称或 MAC 地址为“{{interface}}”的接口', '没有这个接口：{{message}}'],
  'interface-ambiguous': ['有多个符合的接口：{{message}}'],
  'guest-not-found': ['没有名为“{{guest}}”的虚拟机', '没有这个虚拟机：{{message}}'],
  'metadata-missing': ['没有所请求的元数据：{{message}}'],
  'callback-not-found': ['内部错误：{{message}}'],
  'operation-invalid': ['当前状态下不能这样做（网络“{{network}}”）：{{message}}', '当前状态下不能这样做：{{message}}'],
  'xml-malformed': ['XML 语法错误：{{message}}'],
  'xml-root': ['XML 根元素不对：{{message}}'],
  'xml-invalid': ['XML 内容错误：{{message}}'],
  'xml-value': ['XML 中的值不对：{{message}}'],
  'name-missing': ['缺少名称：{{message}}'],
  'uuid-invalid': ['UUID 格式不正确：{{message}}'],
  'config-unsupported': ['不支持的配置：{{message}}'],
  'range-invalid': ['地址范围无效：{{message}}'],
  'schema-invalid': ['XML 文档不符合模式：{{message}}'],
  'port-invalid': ['端口文档有误：{{message}}'],
  'spec-invalid': ['第 {{line}} 行第 {{column}} 列，规格有误：{{message}}', '规格有误：{{message}}'],
  'mac-invalid': ['无效的 MAC 地址：{{message}}'],
  'invalid-argument': ['无效的参数：{{message}}'],
  'flags-unsupported': ['不支持的标志：{{message}}'],
  'operation-unsupported': ['不支持的操作：{{message}}'],
  'no-driver-support': ['本机不支持此功能：{{message}}'],
  'access-denied': [
    '用户“{{user}}”无权使用网络“{{network}}”，请管理员运行：sudo viaduct net grant {{network}} user:{{user}}',
    '您无权使用套接字 {{path}}',
    '拒绝访问：{{message}}',
  ],
  'read-only': ['只读连接不允许此操作：{{message}}'],
  'name-in-use': [
    'MAC 地址 {{mac}} 已被占用：{{holder}}',
    '名称“{{bridge}}”已被“{{by}}”占用',
    '名为“{{link}}”的设备已经存在，且不属于 Viaduct',
    '名称已被占用：{{message}}',
  ],
  'subnet-in-use': ['子网 {{subnet}} 已被“{{by}}”占用', '子网已被占用：{{message}}'],
  'kernel-refused': ['内核拒绝：{{message}}'],
  'kernel-lacks': ['内核缺少 {{option}}：{{message}}', '内核不具备此功能：{{message}}'],
  'program-missing': ['找不到程序“{{program}}”', '找不到程序：{{message}}'],
  'apply-failed': ['步骤“{{step}}”失败：{{message}}', '应用失败：{{message}}'],
  'verify-failed': ['各步骤都成功了，但主机与计划不符：{{message}}'],
  'plan-stale': ['计划已过时，没有执行：制定计划之后主机或网络有变化'],
  timeout: ['操作超时：{{message}}'],
  unreachable: ['{{path}} 上没有守护进程应答', '无法连接：{{message}}'],
  internal: ['内部错误：{{message}}'],
};

/** What to do next, where it follows from the code alone; otherwise the daemon's own hint is shown. */
export const hintsZhCN: Readonly<Partial<Record<ErrorCode, string>>> = {
  'network-not-found': '用“viaduct net-list --all”列出所有网络。',
  'access-denied': '请用 sudo 运行，或加入“viaduct”或“libvirt”组。',
  'plan-stale': '请重新制定计划，查看后再应用。',
  unreachable: '用“sudo viaduct daemon”启动它，或用 --socket 或 VIADUCT_SOCKET 指定套接字。',
  'mac-invalid': 'MAC 地址的写法如 52:54:00:12:34:56。',
  'read-only': '请使用可读写的套接字。',
};
