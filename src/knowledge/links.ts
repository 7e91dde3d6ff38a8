/** Public documentation that rule pages point to. */
export const LINKS = {
  overview: 'https://learn.microsoft.com/azure/automation/change-tracking/overview-monitoring-agent',
  enable: 'https://learn.microsoft.com/azure/automation/change-tracking/enable-vms-monitoring-agent',
  limits: 'https://learn.microsoft.com/azure/automation/how-to/region-mappings',
  amaTroubleshoot: 'https://learn.microsoft.com/azure/azure-monitor/agents/azure-monitor-agent-troubleshoot-linux-vm',
  amaVersions: 'https://learn.microsoft.com/azure/azure-monitor/agents/azure-monitor-agent-extension-versions',
  amaNetwork: 'https://learn.microsoft.com/azure/azure-monitor/agents/azure-monitor-agent-network-configuration',
  privateLink: 'https://learn.microsoft.com/azure/azure-monitor/logs/private-link-security',
  dcr: 'https://learn.microsoft.com/azure/azure-monitor/essentials/data-collection-rule-overview',
  ctVersions: 'https://learn.microsoft.com/azure/automation/change-tracking/extension-version-details',
  extensions: 'https://learn.microsoft.com/azure/virtual-machines/extensions/features-linux',
} as const
