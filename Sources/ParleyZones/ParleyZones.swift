// `import ParleyZones` brings the names of characters, zones and owners.
@_exported public import ParleyHandoff
