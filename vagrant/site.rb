require "fileutils"
require "shellwords"

# What happens on this computer when machines come and go: how each is reached is written down for
# inventory/vagrant.yml, and when all of them run, `provision` makes the site.
module Site
  ROOT = File.expand_path("..", __dir__)
  # Everything that is made up for the site: also its passwords and its certificate authority.
  STATE = File.join(ROOT, ".provision", "vagrant")
  MACHINES = File.join(STATE, "machines")

  # An error that Vagrant prints without a stack.
  class Failed < Vagrant::Errors::VagrantError
    def initialize(words)
      @words = words
      super()
    end

    def error_message
      @words
    end
  end

  # libvirt's machines boot at once, each in a thread.
  @turn = Mutex.new

  class << self
    # Fails with what to install, where no provider can be used.
    def require_provider
      return if ENV["VAGRANT_DEFAULT_PROVIDER"] || ARGV.grep(/\A--provider/).any?
      providers = Vagrant.plugin("2").manager.providers.to_hash.slice(:virtualbox, :libvirt)
      return if providers.values.any? { |provider, _| provider.usable?(false) }
      raise Failed, `sh #{File.join(__dir__, "needs.sh").shellescape}`
    end

    # Fails where libvirt would, with what helps.
    def require_driver(machine, driver)
      return if machine.provider_name != :libvirt || driver != "kvm" || File.exist?("/dev/kvm")
      raise Failed, "There is no hardware virtualization here (/dev/kvm): VM_DRIVER=qemu emulates it, slowly."
    end

    # Whether Vagrant has made a machine of this name, and has not destroyed it.
    def made?(name)
      Dir.glob(File.join(__dir__, ".vagrant/machines", name, "*/id")).any?
    end

    # A machine that has yet to boot cannot be reached.
    def lose(machine)
      FileUtils.rm_f(File.join(folder_of(machine), "ssh_config")) unless running?(machine)
    end

    # Writes down what `vagrant ssh-config` says of a machine that runs, its private address, and its
    # keys.
    def find(machine, address)
      info = machine.ssh_info or return
      folder = folder_of(machine)
      take_over(machine, folder)
      File.write(File.join(folder, "address"), address)
      File.write(File.join(folder, "ssh_config"), ssh_config(machine.name, info, folder))
    end

    # Provisions and verifies the site, if this machine was the last that it waited for.
    def provision(env, machine)
      @turn.synchronize do
        missing = env.machine_names.reject { |name| found?(env.machine(name, machine.provider_name)) }
        if missing.any?
          machine.ui.info("The site is provisioned once #{missing.join(" and ")} can be reached, too.")
        elsif !@provisioned
          @provisioned = true
          converge(env.machine_names)
        end
      end
    end

    # Removes what was written down of a machine that is gone; with the last one, all of it.
    def forget(machine)
      return if machine.id
      FileUtils.rm_rf(folder_of(machine))
      return if Dir.exist?(MACHINES) && !Dir.empty?(MACHINES)
      FileUtils.rm_rf(STATE)
      Dir.rmdir(File.dirname(STATE)) if Dir.exist?(File.dirname(STATE)) && Dir.empty?(File.dirname(STATE))
    end

    private

    def folder_of(machine)
      File.join(MACHINES, machine.name.to_s)
    end

    def running?(machine)
      machine.state.id == :running
    end

    def found?(machine)
      File.exist?(File.join(folder_of(machine), "ssh_config")) && running?(machine)
    end

    # Trust on first use: a new machine's keys are what it answers over Vagrant's own first connection.
    # From then on others are refused, as long as it is the same machine.
    def take_over(machine, folder)
      id = File.join(folder, "id")
      return if File.exist?(id) && File.read(id) == machine.id
      keys = +""
      machine.communicate.execute("cat /etc/ssh/ssh_host_*_key.pub") { |kind, text| keys << text if kind == :stdout }
      FileUtils.mkdir_p(folder)
      known = keys.lines.map { |line| "#{machine.name} #{line.split.first(2).join(" ")}\n" }
      File.write(File.join(folder, "known_hosts"), known.join)
      File.write(id, machine.id)
    end

    def ssh_config(name, info, folder)
      <<~CONFIG
        Host #{name}
          HostName #{info[:host]}
          Port #{info[:port]}
          User #{info[:username]}
          #{info[:private_key_path].map { |path| "IdentityFile \"#{path}\"" }.join("\n  ")}
          IdentitiesOnly yes
          HostKeyAlias #{name}
          UserKnownHostsFile "#{folder}/known_hosts"
          StrictHostKeyChecking yes
      CONFIG
    end

    def converge(names)
      inventories = names.flat_map { |name| ["--inventory", inventory_of(name)] }.each_slice(2).uniq.flatten
      provision = ["node", "dist/cli/main.js", *inventories]
      run("sh", "src/build/prepare.sh")
      run(*provision)
      run(*provision, "playbooks/verify.yml")
    end

    # A machine beyond the three has an inventory of its own, which is added to theirs.
    def inventory_of(name)
      own = "inventory/vagrant.#{name}.yml"
      File.exist?(File.join(ROOT, own)) ? own : "inventory/vagrant.yml"
    end

    # Without what Vagrant's own package sets for its Ruby and its libraries.
    def run(*command)
      done = Vagrant::Util::Env.with_original_env { system(*command, chdir: ROOT) }
      raise Failed, "#{command.join(" ")} failed; `vagrant provision` tries again" unless done
    end
  end
end
