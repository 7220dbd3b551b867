#!/bin/bash
# CoreFlow Health Check

echo "🔍 Checking CoreFlow services..."

# Check Docker services
docker-compose ps

# Check PM2 processes
pm2 status

# Check Nginx
sudo systemctl status nginx

# Check disk space
df -h

# Check memory usage
free -h

# Check logs for errors
tail -n 50 /opt/coreflow/logs/*.log | grep -i error
