#!/bin/bash
# The guide's deploy.sh as an operator runs it, who logged in as `ubuntu`, and with what the guide leaves to him: what is in a compose
# file and in .env, a first certificate so that nginx starts, and the dashboard and Kafka UI on other ports than those that others have.
# Other than there: Docker, Compose and Node.js are the distribution's, since their makers' addresses may be out of reach.
set -euo pipefail

# DOMAIN, EMAIL, ACME_SERVER, GIT (such as git@git.example.com:coreflow), IMAGES (such as registry.example.com/coreflow), PM2
source ~/upload/settings

# Update system
export DEBIAN_FRONTEND=noninteractive
sudo apt-get update -q
sudo -E apt-get install -y -q curl wget git nginx certbot python3-certbot-nginx
sudo -E apt-get install -y -q --no-install-recommends docker.io docker-compose nodejs npm python3-venv ufw
sudo usermod -aG docker "$USER"
sudo npm install -g "$PM2"

# Create directories
sudo mkdir -p /opt/coreflow/{apps,infra,logs,scripts}
sudo chown -R "$USER:$USER" /opt/coreflow
cp -r ~/upload/nginx ~/upload/docker-compose.yml /opt/coreflow/infra/
cp ~/upload/scripts/* ~/upload/deploy.sh /opt/coreflow/scripts/

# Clone repositories
cd /opt/coreflow/apps
for service in api-gateway cms-service ai-service blockchain-service payments-service coreflow-dashboard coreflow-astro; do
  git clone --quiet "$GIT/$service.git" "$service"
done

# Setup environment
cp ~/upload/env /opt/coreflow/.env
ln -s ../.env /opt/coreflow/infra/.env
cp ~/upload/pgadmin-password /opt/coreflow/infra/pgadmin-password

# Start infrastructure. Who is in the group since a moment ago is not yet for this session.
cd /opt/coreflow/infra
sg docker -c "IMAGES=$IMAGES docker-compose up -d"
until sudo docker exec coreflow-kafka kafka-broker-api-versions --bootstrap-server localhost:29092 > /dev/null 2>&1; do sleep 2; done

# Build and start services
cd /opt/coreflow/apps
set -a
source /opt/coreflow/.env
set +a
for service in api-gateway cms-service ai-service blockchain-service payments-service coreflow-dashboard; do
  cd "$service"
  if [ "$service" = ai-service ]; then
    python3 -m venv .venv
    .venv/bin/pip install --quiet -r requirements.txt
  else
    npm install --no-audit --no-fund
    npm run build
  fi
  cp ~/upload/ecosystem.config.js .
  pm2 start ecosystem.config.js
  cd ..
done
(cd coreflow-astro && npm install --no-audit --no-fund && npm run build)
sudo env PATH="$PATH" pm2 startup systemd -u "$USER" --hp "$HOME"
pm2 save

# Setup Nginx
sudo openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$DOMAIN" \
  -keyout /etc/ssl/private/coreflow.key -out /etc/ssl/certs/coreflow.crt
sudo cp /opt/coreflow/infra/nginx/nginx.conf /etc/nginx/nginx.conf
sudo cp /opt/coreflow/infra/nginx/coreflow /etc/nginx/sites-available/
sudo ln -s /etc/nginx/sites-available/coreflow /etc/nginx/sites-enabled/
sudo nginx -t
sudo systemctl reload nginx

# UFW Firewall
sudo ufw --force enable
sudo ufw allow 22/tcp
sudo ufw allow 80/tcp
sudo ufw allow 443/tcp
sudo ufw deny 3000:8080/tcp

# Setup SSL
sudo certbot --nginx --non-interactive --agree-tos --redirect --email "$EMAIL" --server "$ACME_SERVER" -d "$DOMAIN" -d "www.$DOMAIN"

echo "CoreFlow deployment completed!"
