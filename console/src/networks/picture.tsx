import { useTranslation } from 'react-i18next';
import type { Intent } from './form.ts';

/** A small drawing of the kind of network: guests on the right, the switch, the host, the world on the left. */
export function KindPicture({ intent, label }: { readonly intent: Intent; readonly label: string }) {
  const { t } = useTranslation();
  const reachesHost = intent !== 'veryIsolated' && intent !== 'macvtap';
  const reachesOut = intent !== 'veryIsolated' && intent !== 'isolated';
  const direct = intent === 'bridge' || intent === 'vlan' || intent === 'macvtap';
  const dash = direct ? undefined : '5 4';
  return (
    <svg
      viewBox="0 0 360 120"
      role="img"
      aria-label={label}
      style={{ width: '100%', maxWidth: 420, color: 'inherit' }}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      fontSize="12"
    >
      <rect x="70" y="8" width="180" height="104" rx="8" strokeDasharray="2 3" opacity="0.6" />
      <ellipse cx="30" cy="60" rx="28" ry="16" opacity={reachesOut ? 1 : 0.3} />
      <text x="30" y="64" fill="currentColor" stroke="none" textAnchor="middle" opacity={reachesOut ? 1 : 0.3}>
        {t('create.outside')}
      </text>
      <rect x="80" y="48" width="46" height="24" rx="4" opacity={reachesOut ? 1 : 0.3} />
      <text x="103" y="64" fill="currentColor" stroke="none" textAnchor="middle" opacity={reachesOut ? 1 : 0.3}>
        {t('host.hardware')}
      </text>
      <rect x="176" y="40" width="62" height="40" rx="4" />
      <text x="207" y="64" fill="currentColor" stroke="none" textAnchor="middle">
        {intent === 'macvtap' ? 'macvtap' : intent === 'vlan' ? 'VLAN' : t('create.switch')}
      </text>
      {reachesOut ? <path d="M58 60H80M126 60H176" strokeDasharray={dash} /> : null}
      {intent === 'nat' ? (
        <text x="136" y="52" fill="currentColor" stroke="none">
          NAT
        </text>
      ) : null}
      {reachesHost ? (
        <>
          <path d="M207 80V92" />
          <text x="207" y="106" fill="currentColor" stroke="none" textAnchor="middle">
            {t('create.host')} IP
          </text>
        </>
      ) : null}
      {[26, 60, 94].map((y) => (
        <g key={y}>
          <path d={`M238 60L290 ${y}`} />
          <rect x="290" y={y - 11} width="60" height="22" rx="4" />
          <text x="320" y={y + 4} fill="currentColor" stroke="none" textAnchor="middle">
            {t('create.guest')}
          </text>
        </g>
      ))}
    </svg>
  );
}
