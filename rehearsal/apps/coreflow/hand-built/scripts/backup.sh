#!/bin/bash
# CoreFlow Backup Script

BACKUP_DIR="/opt/backups/coreflow"
DATE=$(date +%Y%m%d_%H%M%S)

mkdir -p $BACKUP_DIR

# Backup database
docker exec coreflow-postgres pg_dump -U coreflow coreflow > $BACKUP_DIR/database_$DATE.sql

# Backup application files
tar -czf $BACKUP_DIR/apps_$DATE.tar.gz /opt/coreflow/apps

# Backup logs
tar -czf $BACKUP_DIR/logs_$DATE.tar.gz /opt/coreflow/logs

# Clean old backups (keep last 7 days)
find $BACKUP_DIR -name "*.sql" -mtime +7 -delete
find $BACKUP_DIR -name "*.tar.gz" -mtime +7 -delete

echo "✅ Backup completed: $BACKUP_DIR"
