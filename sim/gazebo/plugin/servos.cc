// Servos for Gazebo Classic, driven over loopback in lockstep: every STRIDE steps the plugin tells
//   "time name position velocity name position velocity ..."            (s, rad or m, rad/s or m/s)
// to the UDP port of its <port> and waits for
//   "name position velocity name position velocity ..."  or  "end".
// The first answer says where the joints stand at the beginning. Each joint is a motor with the effort and velocity
// limits of the URDF that closes in on position + velocity * time. Without an answer for PATIENCE_S the server ends.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstdlib>
#include <gazebo/common/Plugin.hh>
#include <gazebo/physics/physics.hh>
#include <map>
#include <sstream>
#include <string>

namespace solamen {

constexpr int STRIDE = 4;
constexpr int PATIENCE_S = 20;
constexpr double GAIN_PER_S = 150.0;

struct Servo {
  gazebo::physics::JointPtr joint;
  double position = 0.0, velocity = 0.0;
};

class Servos : public gazebo::ModelPlugin {
 public:
  void Load(gazebo::physics::ModelPtr model, sdf::ElementPtr sdf) override {
    this->socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_port = htons(sdf->Get<int>("port"));
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval patience{PATIENCE_S, 0};
    setsockopt(this->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (connect(this->socket, reinterpret_cast<sockaddr *>(&peer), sizeof(peer)) != 0) std::_Exit(1);
    for (const auto &joint : model->GetJoints())
      if (joint->HasType(gazebo::physics::Base::HINGE_JOINT) || joint->HasType(gazebo::physics::Base::SLIDER_JOINT))
        this->servos[joint->GetName()] = Servo{joint};
    this->connection = gazebo::event::Events::ConnectWorldUpdateBegin(
        [this](const gazebo::common::UpdateInfo &info) { this->Update(info.simTime.Double()); });
  }

 private:
  void Update(double now_s) {
    const bool first = this->steps == 0;
    if (this->steps++ % STRIDE == 0) {
      this->Tell(now_s);
      this->Listen();
      this->asked_s = now_s;
    }
    for (auto &[name, servo] : this->servos) {
      if (first) servo.joint->SetPosition(0, servo.position);
      const double goal = servo.position + servo.velocity * (now_s - this->asked_s);
      const double fastest = servo.joint->GetVelocityLimit(0);
      const double wish = servo.velocity + GAIN_PER_S * (goal - servo.joint->Position(0));
      servo.joint->SetParam("fmax", 0, servo.joint->GetEffortLimit(0));
      servo.joint->SetParam("vel", 0, std::clamp(wish, -fastest, fastest));
    }
  }

  void Tell(double now_s) {
    std::ostringstream line;
    line.precision(9);
    line << now_s;
    for (const auto &[name, servo] : this->servos)
      line << ' ' << name << ' ' << servo.joint->Position(0) << ' ' << servo.joint->GetVelocity(0);
    send(this->socket, line.str().data(), line.str().size(), 0);
  }

  void Listen() {
    const ssize_t size = recv(this->socket, this->buffer, sizeof(this->buffer), 0);
    std::istringstream line(std::string(this->buffer, std::max<ssize_t>(size, 0)));
    std::string name;
    if (size <= 0 || line.str() == "end") std::_Exit(0);
    double position, velocity;
    while (line >> name >> position >> velocity) {
      const auto found = this->servos.find(name);
      if (found == this->servos.end()) continue;
      found->second.position = position;
      found->second.velocity = velocity;
    }
  }

  std::map<std::string, Servo> servos;
  gazebo::event::ConnectionPtr connection;
  int socket = -1;
  long steps = 0;
  double asked_s = 0.0;
  char buffer[65536];
};

}  // namespace solamen

namespace gazebo {
using SolamenServos = solamen::Servos;
GZ_REGISTER_MODEL_PLUGIN(SolamenServos)
}  // namespace gazebo
